"""What can be chosen beside a list, as boxes."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

from .numbers import counted, number
from .texts import localised_html

register = template.Library()

BOX = """
<label {classes}>
 <input
  type="{kind}" name="{name}" value="{value}"
  {checked}
  {disabled}
  {invalid}
 >
 <span>{words}</span>
 {count}
</label>
"""
CLASSES = {  # of what is disabled, and of what lies inside of what stands above it
    (False, False): 'class="option"',
    (True, False): 'class="option option-empty"',
    (False, True): 'class="option option-inside"',
    (True, True): 'class="option option-empty option-inside"',
}
COUNT = """
 <span class="count">
  <span aria-hidden="true">{}</span>
  <span class="visually-hidden">{}</span>
 </span>
 """


@register.simple_tag
def choices(group, options):
    """A hundred and fifty of them stand beside a list: as a template they were a third of it."""
    return mark_safe("\n\n" + "".join(_box(group, each) for each in options) + "\n")  # noqa: S308 - escaped below


def _box(group, option):
    checked, count = option["checked"], option["count"]
    words = conditional_escape(localised_html(option["label"]))
    return BOX.format(
        classes=CLASSES[bool(option.get("disabled")), bool(option.get("depth"))],
        kind=group["kind"],
        name=group["name"],
        value=conditional_escape(option["value"]),
        checked="checked" if checked else "",
        disabled="disabled" if option.get("disabled") else "",
        invalid='aria-invalid="true"' if checked and group["error"] else "",
        words=capfirst(words),
        count="" if count is None else COUNT.format(number(count), counted(count, "result")),
    )
