"""What a server needs: health, throttling, the settings of gunicorn, room on the disk for a
withdrawal.
"""
