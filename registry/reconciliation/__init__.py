"""Reconciliation Service API 0.2: OpenRefine and its like match names with our records.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/

It stands on the lists and their search and on the apps' own descriptions of columns, above the apps
and below `site`.
"""
