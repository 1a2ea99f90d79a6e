"""What runs before and after every request: security, compression, language, the answer to an
error, and what HTTP asks for. It knows no app.
"""
