from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "tujing.tokens"
    default_auto_field = "django.db.models.BigAutoField"
