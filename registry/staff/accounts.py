"""Accounts of staff: what somebody may do is said by their groups, and by nothing else."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, SetUnusablePasswordMixin
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry.workflow.groups import MAY, label_of


class PasswordForm(AdminPasswordChangeForm):
    # Django joins these words while it starts, and so says them in English to everybody.
    usable_password_help_text = format_lazy(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password for this user will be lost."),
    )


def lacking(account):
    """What keeps the account from working here: the login page calls all of it a wrong password."""
    if not account.is_active:
        yield _("It is not active: nobody can log in with it.")
    if not account.is_superuser and not account.groups.exists():
        yield _("It is in no group: logging in is refused like a wrong password.")


def described(group):
    """Its box says in words what it lets somebody do."""
    return format_html('{} <span class="help">{}</span>', label_of(group), MAY.get(group.name, ""))


class GroupFilter(admin.RelatedFieldListFilter):
    def field_choices(self, field, request, model_admin):
        groups = field.related_model.objects.order_by("name")
        return [(group.pk, label_of(group)) for group in groups]


class TranslatedGroupAdmin(GroupAdmin):
    """To be read: what a group may do stands in the code, and is made so after every migration."""

    list_display = ["titled", "lets"]
    list_display_links = None
    search_fields = []

    class Media:
        js = ["admin-registry.js"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        """Of the list: the page of one would say its stored name in English to everybody."""
        return obj is None and super().has_view_permission(request)

    @admin.display(description=_("group"), ordering="name")
    def titled(self, group):
        return label_of(group)

    @admin.display(description=_("What this person may do"))
    def lets(self, group):
        return MAY.get(group.name, "")


class AccountAdmin(UserAdmin):
    """A name to log in with, which may be a pseudonym: who the person is, is not asked.

    Superusers are made on the server alone (`createsuperuser`), and only they see one another.
    """

    change_form_template = "admin/accounts/change_form.html"
    change_password_form = PasswordForm
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        # Neither superuser nor single rights: what no group has, no form can give.
        # Staff status follows from a group.
        (_("What this person may do"), {"fields": ["is_active", "groups"]}),
        (_("When"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    list_display = ["username", "in_groups", "is_active", "last_login"]
    list_filter = ["is_active", ("groups", GroupFilter)]
    search_fields = ["username"]

    def formfield_for_manytomany(self, db_field, request, **options):
        """Of four groups each has a box to tick, by its name in the language of whoever looks."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **options)
        options["widget"] = forms.CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **options)
        field.label_from_instance = described
        field.help_text = ""  # what each of them may do stands beside it
        return field

    @admin.display(description=_("groups"))
    def in_groups(self, account):
        return ", ".join(label_of(group) for group in account.groups.all())

    def get_queryset(self, request):
        accounts = super().get_queryset(request).prefetch_related("groups")
        return accounts if request.user.is_superuser else accounts.filter(is_superuser=False)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and request.method == "GET":
            context["lacking"] = list(lacking(obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        """A new account is told of on its own page, which follows."""
        super().save_related(request, form, formsets, change)
        account = form.instance
        account.is_staff = account.is_superuser or account.groups.exists()
        account.save(update_fields=["is_staff"])
        if change or "_addanother" in request.POST:
            for sentence in lacking(form.instance):
                messages.warning(request, f"{form.instance}: {sentence}")
