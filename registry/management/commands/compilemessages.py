from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Compiles the texts of LOCALE_PATHS with Babel: Django's own command needs GNU gettext."

    def handle(self, **options):
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                compile_catalogue(source)
                if options["verbosity"] > 1:
                    self.stdout.write(str(source))


def compile_catalogue(source):
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    for message in catalogue:
        # A placeholder that was lost in translation is a 500 on the page that fills it in.
        for problem in message.check(catalogue):
            raise CommandError(f"{source}:{message.lineno}: {problem}")
    compiled = source.with_suffix(".mo")
    unfinished = compiled.with_suffix(".mo.new")
    with unfinished.open("wb") as binary:
        write_mo(binary, catalogue)
    # In one step: a server that starts meanwhile reads the old one or the new one whole.
    unfinished.replace(compiled)
