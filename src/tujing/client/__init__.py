"""A typed Python client of the API. It needs httpx and pydantic, and nothing of the server.

from tujing.client import Client

with Client("https://tujing.example", "tj_…") as tujing:
    job = tujing.wait(tujing.planning.make(PlanWishes(budget=3_000_000)), lambda job: print(job.progress))
    for project in tujing.planning.projects(job.result["plan"]):
        print(project.scenario, project.start, project.cost)
"""

from tujing.client.client import Client
from tujing.client.pages import Pages, Stream
from tujing.client.problems import ApiProblem, JobNotDone

__all__ = ["ApiProblem", "Client", "JobNotDone", "Pages", "Stream"]
