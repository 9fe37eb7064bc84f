// Small projects for the runners of Python: one of four tests fails. Does not run anything.
import type { Project } from './project.ts';

const calc = `def add(a, b):
    return a + b
`;

const pytestFiles = {
  'calc.py': calc,
  'tests/test_calc.py': `import pytest

from calc import add


@pytest.mark.parametrize("a, b, total", [(0, 0, 0), (1, 2, 4), (2, 2, 4)])
def test_add(a, b, total):
    assert add(a, b) == total


class TestNames:
    def test_name(self):
        assert add.__name__ == "add"
`,
};

const pytest = (form: string, flags: string, files: Project['files'] = pytestFiles): Project => ({
  runner: 'pytest',
  form,
  files,
  command: `PYTHONPATH=. pytest -p no:cacheprovider ${flags}`,
  version: 'pytest --version',
});

const broken = {
  ...pytestFiles,
  'tests/test_broken.py':
    'from calc import subtract\n\n\ndef test_subtract():\n    assert subtract(1, 1) == 0\n',
};

const unittestFiles = {
  'calc.py': calc,
  'tests/__init__.py': '',
  'tests/test_calc.py': `import unittest

from calc import add


class CalcTest(unittest.TestCase):
    def test_add(self):
        self.assertEqual(add(1, 2), 4)

    def test_zero(self):
        self.assertEqual(add(0, 0), 0)

    def test_negative(self):
        self.assertEqual(add(-1, 1), 0)

    def test_name(self):
        """It is called add."""
        self.assertEqual(add.__name__, "add")
`,
};

const unittestError = {
  ...unittestFiles,
  'tests/test_calc.py': unittestFiles['tests/test_calc.py'].replace('add(1, 2), 4', 'add(1, None), 4'),
};

const unittest = (form: string, flags: string, files: Project['files'] = unittestFiles): Project => ({
  runner: 'unittest',
  form,
  files,
  command: `python -m unittest ${flags}`,
  version: 'python --version',
});

const djangoFiles = {
  'settings.py': `SECRET_KEY = "x"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
`,
  'shop/__init__.py': '',
  'shop/tests.py': `from django.test import TestCase


class CartTests(TestCase):
    def test_total(self):
        self.assertEqual(1 + 2, 4)

    def test_empty(self):
        self.assertEqual(0, 0)

    def test_one(self):
        self.assertEqual(1, 1)

    def test_two(self):
        self.assertTrue(True)
`,
};

export const pythonProjects: readonly Project[] = [
  pytest('long', ''),
  pytest('quiet', '-q'),
  pytest('verbose', '-v'),
  pytest('short-traceback', '--tb=short'),
  pytest('line-traceback', '--tb=line'),
  pytest('no-traceback', '--tb=no'),
  pytest('colours', '--color=yes'),
  pytest('collection-error', '', broken),
  unittest('plain', 'discover'),
  unittest('verbose', 'discover -v'),
  unittest('error', 'discover', unittestError),
  {
    runner: 'django',
    form: 'plain',
    files: djangoFiles,
    command: 'PYTHONPATH=. django-admin test --settings=settings',
    version: 'django-admin --version',
  },
  {
    runner: 'django',
    form: 'verbose',
    files: djangoFiles,
    command: 'PYTHONPATH=. django-admin test --settings=settings -v 2 --no-color',
    version: 'django-admin --version',
  },
  {
    runner: 'junit-xml',
    form: 'pytest',
    files: pytestFiles,
    command: 'PYTHONPATH=. pytest -q -p no:cacheprovider --junit-xml=report.xml >/dev/null; cat report.xml',
    version: 'pytest --version',
  },
  {
    runner: 'traceback',
    form: 'python',
    files: { 'calc.py': calc, 'check.py': 'from calc import add\n\nassert add(1, 2) == 4, "3 is not 4"\n' },
    command: 'python check.py',
    version: 'python --version',
  },
];
