from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "tujing.api"
    default_auto_field = "django.db.models.BigAutoField"
