from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "tujing.audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tujing.audit import bulk, signals

        signals.connect()
        bulk.connect()
