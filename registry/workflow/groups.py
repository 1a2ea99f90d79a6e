"""The four groups of staff and what each may do. Runs after every migration and changes nothing
that already is as it should be; on a fresh database a migration would find no permissions yet."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ADMINISTRATOR = "administrator"
MODEL_ACTIONS = ("add", "change", "delete", "view")
# Acts upon an entry beyond editing it; permissions of `Entry` (see its Meta).
PUBLISH, RESTRICT = "publish", "withdraw"
# What readers write: an editor sees suggestions alone, for a complaint may be about the editor's
# own organisation; a request for removal can endanger whoever sent it.
CONFIDENTIAL, REMOVAL = "read_confidential", "read_removal"


@dataclass(frozen=True)
class Rights:
    """The acts that a group may do upon each kind of model."""

    entries: tuple = ()
    parts: tuple = ()
    accounts: tuple = ()  # and keys of the API
    reports: tuple = ()


GROUPS = {
    "editor": Rights(
        entries=("add", "change", "view"),
        parts=MODEL_ACTIONS,
        reports=("view",),
    ),
    "reviewer": Rights(
        entries=("add", "change", "view", PUBLISH),
        parts=MODEL_ACTIONS,
        reports=("change", "view", CONFIDENTIAL),
    ),
    # Reads everything, restricts what is shown and withdraws; writes no texts.
    "safety officer": Rights(
        entries=("view", RESTRICT),
        parts=("view",),
        reports=("change", "view", CONFIDENTIAL, REMOVAL),
    ),
    ADMINISTRATOR: Rights(
        entries=(*MODEL_ACTIONS, PUBLISH, RESTRICT),
        parts=MODEL_ACTIONS,
        accounts=MODEL_ACTIONS,
        reports=("change", "delete", "view", CONFIDENTIAL, REMOVAL),
    ),
}

# What people read for the names that are stored.
LABELS = {
    "editor": pgettext_lazy("group", "editor"),
    "reviewer": pgettext_lazy("group", "reviewer"),
    "safety officer": pgettext_lazy("group", "safety officer"),
    ADMINISTRATOR: pgettext_lazy("group", "administrator"),
}


MAY = {
    "editor": _(
        "Writes drafts, proposes changes to what is public, and reads readers’ "
        "suggestions without their contact details. A member of organisations "
        "writes for these and for what they run, and proposes the rest."
    ),
    "reviewer": _(
        "Also publishes what others wrote, decides on what others propose, changes what is public,"
        " and answers reports of mistakes. Nobody publishes or accepts their own."
    ),
    "safety officer": _(
        "Decides how finely places are shown and from when (more finely with a second person),"
        " withdraws and brings back, and reads requests for removal. Writes no texts."
    ),
    ADMINISTRATOR: _(
        "Can do all of this, can publish their own work for a reason that the "
        "others see, and looks after accounts and API keys."
    ),
}


def label_of(group):
    return str(LABELS.get(group.name, group.name))


def make_groups(app_config, using="default", **kwargs):
    """Listens to `post_migrate`: gives each group the acts of `GROUPS` over all records."""
    # The signal comes once for each app; what is made here is for all of them, so one will do.
    if not apps.is_installed("django.contrib.auth") or app_config.label != "programmes":
        return
    from django.contrib.auth.models import Group, Permission, User

    from registry.records.models import Entry, Part

    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    kinds = {
        "entries": [model for model in apps.get_models() if issubclass(model, Entry)],
        "parts": [model for model in apps.get_models() if issubclass(model, Part)],
        "accounts": [
            *(User, Group),
            apps.get_model("keys", "ApiKey"),
            apps.get_model("organisations", "Membership"),
        ],
        "reports": [apps.get_model("reports", "Report")],
    }
    permissions = list(Permission.objects.using(using).select_related("content_type"))
    for name, rights in GROUPS.items():
        group, _made = Group.objects.using(using).get_or_create(name=name)
        codenames = {
            (model._meta.app_label, f"{act}_{model._meta.model_name}")
            for kind, models in kinds.items()
            for model in models
            for act in getattr(rights, kind)
        }
        wanted = [
            permission
            for permission in permissions
            if (permission.content_type.app_label, permission.codename) in codenames
        ]
        if set(group.permissions.all()) != set(wanted):
            group.permissions.set(wanted)
