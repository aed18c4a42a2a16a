"""The URL map of operations and of what is on them."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.tokens import Scope
from ops.api import decisions, live, operations, tasks, watch
from ops.api.declared import Call, declare
from ops.api.shapes import decisions as decision_shapes
from ops.api.shapes import operations as shapes
from ops.api.shapes.common import AskedPage, Made
from ops.api.shapes.watch import WatchState
from ops.web.policy import SIGNED_IN, door, socket


def operation_routes() -> list[BaseRoute]:
    """Give every route."""
    listed = Call("GET", "Operations that I may see or know of", Scope.READ, shapes.OperationLines, asks=AskedPage)
    whole = Call("GET", "Everything on an operation that I may see", Scope.READ, shapes.OperationState, live=True)
    mine = Call("GET", "What I hold, and what my agency has yet to take up", Scope.READ, shapes.MyTasks)
    who = Call("GET", "Who could see a post", Scope.CONTRIBUTE, shapes.Audiences, asks=operations.AskedPlace)
    posted = Call("POST", "File a post", Scope.CONTRIBUTE, Made, 201, takes=shapes.NewPost)
    said = Call("POST", "Check in, or call for help", Scope.CONTRIBUTE, None, 204, takes=shapes.NewCheckIn)
    seen = Call("POST", "Acknowledge a call for help", Scope.CONTRIBUTE, None, 204)
    watched = Call("GET", "What waits for my decision, and what I watch", Scope.READ, WatchState, live=True)
    one, discover = "/operations/{ref}", door("operation", Level.DISCOVER)
    return [
        declare("/operations", operations.operations, SIGNED_IN, listed),
        declare(one, operations.operation, discover, whole),
        declare(f"{one}/mine", operations.mine, discover, mine),
        declare(f"{one}/audiences", operations.audiences, discover, who),
        declare(f"{one}/posts", operations.post, discover, posted),
        declare(f"{one}/check-ins", operations.say, discover, said),
        declare("/check-ins/{ref}/seen", operations.see, SIGNED_IN, seen),
        *_things(),
        *_decisions(),
        declare("/watch", watch.watch, SIGNED_IN, watched),
        socket("/live", live.feed, SIGNED_IN),
    ]


def _decisions() -> list[BaseRoute]:
    log, discover, manage = "/operations/{ref}/decisions", door("operation", Level.DISCOVER), Level.MANAGE
    read = Call("GET", "The decision log, as far as I may read it", Scope.READ, decision_shapes.Decisions)
    taken = Call("POST", "Enter a decision", Scope.MANAGE, None, 204, takes=decision_shapes.NewDecision)
    confirmed = Call("POST", "Confirm an entry", Scope.CONTRIBUTE, None, 204)
    return [
        declare(log, decisions.log, discover, read),
        declare(log, decisions.take, door("operation", manage), taken),
        declare("/decisions/{ref}/confirmation", decisions.confirm, door("decision", Level.READ), confirmed),
    ]


def _things() -> list[BaseRoute]:
    read, contribute = Level.READ, Level.CONTRIBUTE
    task = Call("GET", "A task", Scope.READ, shapes.Task, versioned=True)
    post = Call("GET", "A post", Scope.READ, shapes.Post, versioned=True)
    moved = Call("POST", "Bring a task to a status", Scope.CONTRIBUTE, None, 204, takes=shapes.NewStatus)
    gone = Call("POST", "Withdraw a post", Scope.CONTRIBUTE, None, 204, takes=shapes.PostWithdrawn)
    return [
        declare("/sites/{ref}", tasks.site, door("site", read), Call("GET", "A site", Scope.READ, shapes.Site)),
        declare("/posts/{ref}", tasks.post, door("post", read), post),
        declare("/posts/{ref}/withdrawal", tasks.withdraw, door("post", read), gone),
        declare("/tasks/{ref}", tasks.task, door("task", read), task),
        declare("/tasks/{ref}/status", tasks.move, door("task", contribute), moved),
        declare(
            "/tasks/{ref}/claim",
            tasks.claim,
            door("task", contribute),
            Call("POST", "Hold a task: one officer at a time", Scope.CONTRIBUTE, None, 204),
        ),
        declare(
            "/tasks/{ref}/claim",
            tasks.release,
            door("task", contribute),
            Call("DELETE", "Let go of a task", Scope.CONTRIBUTE, None, 204),
        ),
    ]
