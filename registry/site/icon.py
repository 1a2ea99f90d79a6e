"""The icon, where browsers look for it by themselves."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

# The address of a file in /static/ changes with its content, and this one does not: so no longer.
A_DAY = 86_400  # seconds


@require_safe
def icon(request):
    """What browsers ask for where no page names an icon, as beside a file of the API."""
    mark = (settings.BASE_DIR / "static" / "mark.svg").read_bytes()
    headers = {"Cache-Control": f"public, max-age={A_DAY}"}
    return HttpResponse(mark, content_type="image/svg+xml", headers=headers)
