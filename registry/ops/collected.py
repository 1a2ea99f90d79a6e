"""What `collectstatic` brings into `staticfiles/`, for the demo and for servers alike.

Only files with a hash of their content in their name: what a page asks for is what it was made
with, whatever lies there besides. What has been compressed is not compressed again, which is nearly
all of the work; everything else is done anew each time, so that nothing can be out of date.
"""

import gzip
import zlib
from pathlib import Path

import brotli
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of the packages' files, what no page of ours asks for. Licences stay with what they are of.
LEFT_OUT = [
    "*.map",
    # the API of Django REST Framework as pages, which is off
    "rest_framework",
    # drf-spectacular's: of Swagger UI the bundle and its style sheet are used
    "redoc",
    "swagger-ui-standalone-preset.js",
    "oauth2-redirect.*",
    "favicon-32x32.png",
    # allauth: of its scripts the one that speaks with security keys is used
    "account.js",
    "onload.js",
    "recovery_codes.js",
    "webauthn.js",
    # django-htmx: of all versions and extensions htmx-2.min.js is used
    "django_htmx/ext/*",
    "django_htmx/htmax-*",
    "django_htmx/htmx-4*",
    "django_htmx/htmx-2.js",
    "django-htmx.js",
    # the admin's: what is there minified, maps with points, writing from right to left, and
    # languages that are not ours
    "jquery.js",
    "select2.css",
    "select2.full.js",
    "xregexp.js",
    "gis",
    "rtl.css",
    "responsive_rtl.css",
    "*/select2/i18n/[!er]*.js",
    "*/select2/i18n/e[!n]*.js",
    "*/select2/i18n/r[!u]*.js",
]


class PackagesFinder(AppDirectoriesFinder):
    def list(self, ignore_patterns):
        return super().list([*ignore_patterns, *LEFT_OUT])


class Once(Compressor):
    def compress(self, path):
        return kept(path) or super().compress(path)


def kept(path):
    """The compressed files beside this one, if they are whole and say the same as it does."""
    content, brotlied, gzipped = Path(path), Path(f"{path}.br"), Path(f"{path}.gz")
    try:
        if (
            brotli.decompress(brotlied.read_bytes())
            == gzip.decompress(gzipped.read_bytes())
            == content.read_bytes()
        ):
            return [str(brotlied), str(gzipped)]
    except (OSError, EOFError, brotli.error, zlib.error):  # not there, or broken off
        pass
    return []


class Storage(CompressedManifestStaticFilesStorage):
    keep_only_hashed_files = True

    def create_compressor(self, **options):
        return Once(**options)

    def url_converter(self, name, hashed_files, template=None):
        if template and "sourceMappingURL" in template:
            return lambda comment: ""  # maps are not collected, so nothing is to name them
        return super().url_converter(name, hashed_files, template)

    def post_process(self, paths, dry_run=False, **options):
        before = set(self.hashed_files.values())
        yield from super().post_process(paths, dry_run=dry_run, **options)
        if not dry_run:
            # What the last run made stays until the next: a server that is not yet started anew,
            # and the pages that it has sent, ask for it.
            self.clear(before | set(self.hashed_files.values()))

    def clear(self, names):
        """Deletes all but these files and what is compressed of them."""
        wanted = {name + end for name in names for end in ("", ".br", ".gz")}
        wanted.add(self.manifest_name)
        root = Path(self.location)
        for file in [each for each in root.rglob("*") if each.is_file()]:
            if file.relative_to(root).as_posix() not in wanted:
                file.unlink()
