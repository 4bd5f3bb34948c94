# SPDX-License-Identifier: Apache-2.0
"""What pyproject.toml cannot say: with CLPOOL_LIBRARY in the environment, that shared library goes into the package."""

import os
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel
except ImportError:
    from wheel.bdist_wheel import bdist_wheel

LIBRARY = os.environ.get("CLPOOL_LIBRARY")


class BuildWithLibrary(build_py):
    def run(self):
        super().run()
        if LIBRARY:
            folder = Path(self.build_lib, "clpool", "lib")
            folder.mkdir(parents=True, exist_ok=True)
            suffix = next((s for s in (".dylib", ".dll") if LIBRARY.endswith(s)), ".so")
            shutil.copy(LIBRARY, folder / ("clpool.dll" if suffix == ".dll" else "libclpool" + suffix))


class WheelWithLibrary(bdist_wheel):
    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = not LIBRARY

    def get_tag(self):
        # The library is loaded by ctypes: any Python 3, but one platform.
        platform = super().get_tag()[2]
        return "py3", "none", platform


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": WheelWithLibrary})
