"""How people sign in: django-allauth fitted to this house: by invitation only, secrets sealed, limits shared."""
