"""The buildings of the pages' tests: it is one house."""

from tests.web.conftest import _today as _today
from tests.web.conftest import building as building
from tests.web.conftest import large as large
from tests.web.conftest import small as small
from tests.web.conftest import two as two
