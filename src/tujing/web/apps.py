from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "tujing.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tujing.web import tasks  # noqa: F401  (registers its handlers)
