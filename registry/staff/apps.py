from django.apps import AppConfig, apps


class StaffConfig(AppConfig):
    name = "registry.staff"
    label = "staff"

    def ready(self):
        # The staff's own site; asked for once, when the admin makes itself ready after this.
        apps.get_app_config("admin").default_site = "registry.staff.site.StaffSite"
