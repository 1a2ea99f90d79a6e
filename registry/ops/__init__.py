"""What a server needs: health, throttling, static files as they are collected, the settings of
gunicorn, and room on the disk for a withdrawal.
"""
