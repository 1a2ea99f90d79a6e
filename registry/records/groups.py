"""The four groups of staff and what each may do. Runs after every migration and changes nothing
that already is as it should be; on a fresh database a migration would find no permissions yet."""

from django.apps import apps
from django.contrib.auth.management import create_permissions

ACTS = ("add", "change", "delete", "view")
# Acts upon a record beyond editing it; permissions of `Entry` (see its Meta).
PUBLISH, RESTRICT = "publish", "withdraw"
GROUPS = {
    "editor": ("add", "change", "view"),
    "reviewer": ("add", "change", "view", PUBLISH),
    "safety officer": ("change", "view", RESTRICT),
    "administrator": (*ACTS, PUBLISH),
}


def make_groups(app_config, using="default", **kwargs):
    """Listens to `post_migrate`: gives each group the acts of `GROUPS` over all records."""
    if not apps.is_installed("django.contrib.auth") or app_config.label != "programmes":
        return
    from django.contrib.auth.models import Group, Permission

    from .models import Marked

    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    ours = [model for model in apps.get_models() if issubclass(model, Marked)]
    for name, acts in GROUPS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        codenames = {
            (model._meta.app_label, f"{act}_{model._meta.model_name}")
            for model in ours
            for act in acts
        }
        if name == "administrator":
            codenames |= {("auth", f"{act}_{model}") for act in ACTS for model in ("user", "group")}
        wanted = [
            permission
            for permission in Permission.objects.using(using).select_related("content_type")
            if (permission.content_type.app_label, permission.codename) in codenames
        ]
        if set(group.permissions.all()) != set(wanted):
            group.permissions.set(wanted)
