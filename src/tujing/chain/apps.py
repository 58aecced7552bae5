from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "tujing.chain"
    default_auto_field = "django.db.models.BigAutoField"
