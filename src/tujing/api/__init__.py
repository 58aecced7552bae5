"""The REST API, `/api/v1/`: thin operations over the services that the pages call too."""
