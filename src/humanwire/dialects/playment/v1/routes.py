"""v1's routes, under every spelling that clients use."""

from collections.abc import Sequence

from starlette.routing import Route

from humanwire.dialects.playment.desk import Desk
from humanwire.dialects.playment.v1.batches import Batches
from humanwire.dialects.playment.v1.jobs import Jobs
from humanwire.dialects.playment.v1.project import ProjectPage

PREFIXES = ("/v1/projects/", "/v1/project/", "/projectsvc/projects/")


def v1_routes(desk: Desk) -> Sequence[Route]:
    """Return the routes: what is made comes under v1, what is read under v0 as well."""
    jobs, batches, project = Jobs(desk), Batches(desk), ProjectPage(desk)
    made = [
        Route("/v1/projects/{project}/jobs", jobs.create, methods=["POST"]),
        Route("/projectsvc/projects/{project}/jobs", jobs.create, methods=["POST"]),
        Route("/v1/projects/{project}/batch", batches.create, methods=["POST"]),
        Route("/v1/project/{project}/batch", batches.create, methods=["POST"]),
        Route("/v1/projects/{project}/batch/{id}/close", batches.close, methods=["POST"]),
    ]
    read = {
        "jobs/{id}": jobs.read,
        "batch/{id}": batches.read,
        "stats": project.stats,
        "details": project.details,
    }
    return [
        *made,
        *(
            Route(f"/{version}/projects/{{project}}/{path}", page, methods=["GET"])
            for version in ("v0", "v1")
            for path, page in read.items()
        ),
    ]
