"""What the tests of this room share. Imported before Django is set up, so models come later."""

import pytest


@pytest.fixture
def browser_of(live_server, page):
    """Logs a member of the groups in; the page then collects what it complains of."""
    from django.apps import apps
    from django.contrib.auth.models import Group, User

    from registry.workflow.groups import make_groups
    from tests.support.staff import PASSWORD, log_in

    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live_server.url, "data:"))
            else page.complaints.append(f"calls {request.url}")
        ),
    )

    def of_groups(*groups):
        make_groups(apps.get_app_config("programmes"))  # the last test emptied the database
        user = User.objects.create_user("anna", password=PASSWORD, is_staff=True)
        user.groups.set(Group.objects.filter(name__in=groups))
        page.goto(f"{live_server.url}/admin/")
        log_in(page, "anna")
        return page

    return of_groups
