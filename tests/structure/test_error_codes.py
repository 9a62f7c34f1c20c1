"""docs/errors.md lists every error code of the code, with its status and its retries."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from rest_framework.exceptions import APIException

from config import error_codes
from config.error_codes import CODES
from jobs.api.problems import STATUS
from jobs.errors import AttemptError, ConveyorError, Refused
from jobs.retry_policy import RetryPolicy
from tests.programs import PROJECT

PACKAGES = ("config", "documents", "jobs", "reports")
UNUSED = {"throttled", "error", "invalid"}
"""Codes of the REST framework that no view raises: limits and validation are not its own here."""
FOR_MODELS = "does_not_fit"
"""A fault of a plan, which only a language model reads."""
NOT_READ_YET = "not_read_yet"
"""No exception: a search lists documents with it."""


@cache
def modules() -> dict[str, ast.Module]:
    """Parse every module of the product, by its dotted name."""
    paths = [path for package in PACKAGES for path in (PROJECT / package).rglob("*.py")]
    return {
        ".".join(path.relative_to(PROJECT).with_suffix("").parts): ast.parse(path.read_text())
        for path in paths
        if not {"client", "migrations"} & set(path.parts)
    }


def calls(*names: str) -> Iterator[tuple[list[object], object]]:
    """Give the constant arguments of calls of these functions, and their keyword `code`."""
    for node in (node for tree in modules().values() for node in ast.walk(tree)):
        if not isinstance(node, ast.Call):
            continue
        if getattr(node.func, "attr", getattr(node.func, "id", "")) in names:
            code = next((one.value for one in node.keywords if one.arg == "code"), None)
            yield [constant(one) for one in node.args], constant(code)


def constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def classes(root: type[Exception]) -> Iterator[type[Exception]]:
    """Give every exception class below a root, of all modules that declare any code."""
    for name, tree in modules().items():
        if any(isinstance(node, ast.Name) and node.id == "code" for node in ast.walk(tree)):
            import_module(name)
    rest = [root]
    while rest:
        rest += (error := rest.pop()).__subclasses__()
        if error.__module__.split(".")[0] in (*PACKAGES, "rest_framework"):
            yield error


def errors(root: type[ConveyorError]) -> Iterator[type[ConveyorError]]:
    return (one for one in classes(ConveyorError) if issubclass(one, root) and "code" in vars(one))


def test_the_page_is_what_the_command_prints() -> None:
    page = (PROJECT / "docs" / "errors.md").read_text()
    assert page == error_codes.page(), "run: python -m config.error_codes > docs/errors.md"


def test_responses_are_those_of_the_code_with_their_status() -> None:
    found: set[tuple[object, object]] = set()
    found |= {
        (args[1], args[0]) for args, _ in calls("problem", "ErrorResponse") if type(args[1]) is str
    }
    found |= {(args[1], 400) for args, _ in calls("ParseError") if len(args) > 1}
    for kind in (one for one in classes(APIException) if issubclass(one, APIException)):
        if kind.default_code not in UNUSED:
            found.add((kind.default_code, kind.status_code))
    for error in errors(Refused):
        found.add((error.code, next(STATUS[one] for one in error.__mro__ if one in STATUS)))
    listed = {(code, status) for status, code, *_ in CODES["responses"]}
    assert listed == found | {("store_unavailable", 503)}  # the one error of jobs among them


def test_faults_are_those_of_the_code() -> None:
    found = {code for _, code in calls("Fault")}
    found |= {args[0] for args, _ in calls("PydanticCustomError", "UploadRejected", "rejection")}
    listed = {code for code, *_ in CODES["faults"]} - {"unknown_job_type"}
    assert listed <= found
    assert found - listed <= {code for code, *_ in CODES["jobs"]} | {FOR_MODELS, None}


def test_errors_of_jobs_are_those_of_the_code_with_their_retries() -> None:
    policy = RetryPolicy(max_attempts=10)
    found = {str(code): "no" for _, code in calls("Failure") if code}
    found["internal_error"] = retried(policy, ValueError())
    for error in errors(AttemptError):
        found[error.code] = retried(policy, error.__new__(error))
    listed = {code: again for code, again, *_ in CODES["jobs"]}
    assert listed.pop(NOT_READ_YET) == "-"
    assert listed == found


def retried(policy: RetryPolicy, error: Exception) -> str:
    """Say as the page does whether a policy retries an error."""
    first, second = [policy.decide(error, attempt=number) is not None for number in (1, 2)]
    return {(True, True): "yes", (True, False): "once"}.get((first, second), "no")
