"""The four groups of staff and what each may do. Runs after every migration and changes nothing
that already is as it should be; on a fresh database a migration would find no permissions yet."""

from django.apps import apps
from django.contrib.auth.management import create_permissions

ACTS = ("add", "change", "delete", "view")
# Acts upon an entry beyond editing it; permissions of `Entry` (see its Meta).
PUBLISH, RESTRICT = "publish", "withdraw"
# {group: (acts upon entries, acts upon their parts, acts upon accounts)}
GROUPS = {
    "editor": (("add", "change", "view"), ACTS, ()),
    "reviewer": (("add", "change", "view", PUBLISH), ACTS, ()),
    # Reads everything, restricts what is shown and withdraws; writes no texts.
    "safety officer": (("view", RESTRICT), ("view",), ()),
    "administrator": ((*ACTS, PUBLISH, RESTRICT), ACTS, ACTS),
}


def make_groups(app_config, using="default", **kwargs):
    """Listens to `post_migrate`: gives each group the acts of `GROUPS` over all records."""
    if not apps.is_installed("django.contrib.auth") or app_config.label != "programmes":
        return
    from django.contrib.auth.models import Group, Permission, User

    from .models import Entry, Part

    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    kinds = [
        [model for model in apps.get_models() if issubclass(model, Entry)],
        [model for model in apps.get_models() if issubclass(model, Part)],
        [User, Group],
    ]
    permissions = list(Permission.objects.using(using).select_related("content_type"))
    for name, acts_by_kind in GROUPS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        codenames = {
            (model._meta.app_label, f"{act}_{model._meta.model_name}")
            for models, acts in zip(kinds, acts_by_kind, strict=True)
            for model in models
            for act in acts
        }
        wanted = [
            permission
            for permission in permissions
            if (permission.content_type.app_label, permission.codename) in codenames
        ]
        if set(group.permissions.all()) != set(wanted):
            group.permissions.set(wanted)
