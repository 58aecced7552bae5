from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "tujing.planning"
    default_auto_field = "django.db.models.BigAutoField"
