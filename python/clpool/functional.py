# SPDX-License-Identifier: Apache-2.0
"""The functions for 1, 2 and 3 spatial axes, under PyTorch's names."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from . import pooling, unpooling

_P = ParamSpec("_P")


def _of_rank(rank: int, function: Callable[Concatenate[int, _P], Any]) -> Callable[_P, Any]:
    """The function for one rank, with a name, signature and text of its own."""

    def of_rank(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        return function(rank, *args, **kwargs)

    base, backward = function.__name__.removesuffix("_backward"), function.__name__.endswith("_backward")
    of_rank.__name__ = of_rank.__qualname__ = f"{base}{rank}d{'_backward' if backward else ''}"
    of_rank.__module__ = "clpool"
    of_rank.__doc__ = function.__doc__
    signature = inspect.signature(function)
    of_rank.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=list(signature.parameters.values())[1:]
    )
    of_rank.__annotations__ = {name: kind for name, kind in function.__annotations__.items() if name != "rank"}
    return of_rank


max_pool1d = _of_rank(1, pooling.max_pool)
max_pool2d = _of_rank(2, pooling.max_pool)
max_pool3d = _of_rank(3, pooling.max_pool)
max_pool1d_backward = _of_rank(1, pooling.max_pool_backward)
max_pool2d_backward = _of_rank(2, pooling.max_pool_backward)
max_pool3d_backward = _of_rank(3, pooling.max_pool_backward)
avg_pool1d = _of_rank(1, pooling.avg_pool)
avg_pool2d = _of_rank(2, pooling.avg_pool)
avg_pool3d = _of_rank(3, pooling.avg_pool)
avg_pool1d_backward = _of_rank(1, pooling.avg_pool_backward)
avg_pool2d_backward = _of_rank(2, pooling.avg_pool_backward)
avg_pool3d_backward = _of_rank(3, pooling.avg_pool_backward)
lp_pool1d = _of_rank(1, pooling.lp_pool)
lp_pool2d = _of_rank(2, pooling.lp_pool)
lp_pool3d = _of_rank(3, pooling.lp_pool)
lp_pool1d_backward = _of_rank(1, pooling.lp_pool_backward)
lp_pool2d_backward = _of_rank(2, pooling.lp_pool_backward)
lp_pool3d_backward = _of_rank(3, pooling.lp_pool_backward)
adaptive_max_pool1d = _of_rank(1, pooling.adaptive_max_pool)
adaptive_max_pool2d = _of_rank(2, pooling.adaptive_max_pool)
adaptive_max_pool3d = _of_rank(3, pooling.adaptive_max_pool)
adaptive_max_pool1d_backward = _of_rank(1, pooling.adaptive_max_pool_backward)
adaptive_max_pool2d_backward = _of_rank(2, pooling.adaptive_max_pool_backward)
adaptive_max_pool3d_backward = _of_rank(3, pooling.adaptive_max_pool_backward)
adaptive_avg_pool1d = _of_rank(1, pooling.adaptive_avg_pool)
adaptive_avg_pool2d = _of_rank(2, pooling.adaptive_avg_pool)
adaptive_avg_pool3d = _of_rank(3, pooling.adaptive_avg_pool)
adaptive_avg_pool1d_backward = _of_rank(1, pooling.adaptive_avg_pool_backward)
adaptive_avg_pool2d_backward = _of_rank(2, pooling.adaptive_avg_pool_backward)
adaptive_avg_pool3d_backward = _of_rank(3, pooling.adaptive_avg_pool_backward)
max_unpool1d = _of_rank(1, unpooling.max_unpool)
max_unpool2d = _of_rank(2, unpooling.max_unpool)
max_unpool3d = _of_rank(3, unpooling.max_unpool)
max_unpool1d_backward = _of_rank(1, unpooling.max_unpool_backward)
max_unpool2d_backward = _of_rank(2, unpooling.max_unpool_backward)
max_unpool3d_backward = _of_rank(3, unpooling.max_unpool_backward)
