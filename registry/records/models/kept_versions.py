"""The history of entries and parts: which values are kept, and by what a kept version is found."""

from simple_history.models import HistoricalRecords

# Staff look at the versions of one entry, at those of its parts, and at the entries that they
# wrote. By nothing else are any found, and each index is one more write for every row saved.
FOUND_BY = {"id", "record"}


class KeptVersions(HistoricalRecords):
    """Without the values that must not be kept anywhere else (`secret` of the model)."""

    def fields_included(self, model):
        kept = super().fields_included(model)
        return [field for field in kept if field.name not in getattr(model, "secret", ())]

    def copy_fields(self, model):
        fields = super().copy_fields(model)
        for name, field in fields.items():
            field.db_index = name in FOUND_BY
        return fields

    def get_extra_fields(self, model, fields):
        extra = super().get_extra_fields(model, fields)
        extra["history_user"].db_index = "record" not in fields
        return extra
