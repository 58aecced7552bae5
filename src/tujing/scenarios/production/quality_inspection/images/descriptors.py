"""What a small patch of a picture looks like: colour, edges, spots, lines and weave at several scales.

A hand-made filter bank stands in for a pretrained network: Gaussian colour, gradient, Laplacian and Hessian responses
and local contrast at four scales, and the energy of lines in four directions, which is what a weave has. The set
follows T. Leung and J. Malik, "Representing and recognizing the visual appearance of materials using
three-dimensional textons", IJCV 43 (2001); the use of patch descriptors for defects follows PaDiM (T. Defard et al.,
ICPR 2021) and PatchCore (K. Roth et al., CVPR 2022).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

SCALES = (1.0, 2.0, 4.0, 8.0)
"""Standard deviations of the Gaussians, pixels of the working picture."""
LINE_SCALES = (1.0, 2.0)
STRIDE = 4
"""One descriptor every so many pixels."""


def descriptors(picture: Array, stride: int = STRIDE) -> Array:
    """Returns the descriptors on a grid.

    Parameters
    ----------
    picture
        Height × width × 3, red, green and blue from 0 to 1.
    stride
        Pixels between grid points.

    Returns
    -------
    Rows × columns × `count()` values.
    """
    from scipy import ndimage

    def blur(plane: Array, scale: float, order: tuple[int, int] = (0, 0)) -> Array:
        return np.asarray(ndimage.gaussian_filter(plane, scale, order=order, mode="nearest", truncate=3.0))

    def sampled(plane: Array) -> Array:
        return plane[stride // 2 :: stride, stride // 2 :: stride]

    light, *colours = _opponent(picture)
    planes: list[Array] = []
    for scale in SCALES:
        planes += [sampled(blur(colour, scale)) for colour in (light, *colours)]
        across, down = blur(light, scale, (0, 1)), blur(light, scale, (1, 0))
        planes.append(sampled(np.hypot(across, down)) * scale)
        xx, yy, xy = (blur(light, scale, order) * scale**2 for order in ((0, 2), (2, 0), (1, 1)))
        mean, spread = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
        planes += [sampled(mean + spread), sampled(mean - spread)]
        detail = light - blur(light, scale)
        planes.append(np.sqrt(sampled(blur(detail * detail, 2 * scale))))
        if scale in LINE_SCALES:
            for angle in np.deg2rad((0.0, 45.0, 90.0, 135.0)):
                c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
                planes.append(sampled(blur(np.abs(xx * c * c + 2 * xy * c * s + yy * s * s), 4.0)))
    return np.stack(planes, axis=-1).astype(np.float32, copy=False)


def count() -> int:
    """Returns how many values a descriptor has."""
    return 7 * len(SCALES) + 4 * len(LINE_SCALES)


def _opponent(picture: Array) -> tuple[Array, Array, Array]:
    """Returns lightness and the two opponent colours, red–green and yellow–blue."""
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    planes = (red + green + blue) / 3, red - green, (red + green) / 2 - blue
    light, red_green, yellow_blue = (plane.astype(np.float32, copy=False) for plane in planes)
    return light, red_green, yellow_blue
