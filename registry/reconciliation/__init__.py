"""Reconciliation Service API 0.2: OpenRefine and its like match names with our records.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""
