from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "tujing.hooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tujing.hooks import happening_services, sending_services  # noqa: F401  (signals and job handlers)
