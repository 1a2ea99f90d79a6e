from . import parts
from .activity import Activity
from .edition import Edition
from .event import Event
from .initiative import Initiative
from .programme import Programme
from .role import Role

__all__ = ["Activity", "Edition", "Event", "Initiative", "Programme", "Role", "parts"]
