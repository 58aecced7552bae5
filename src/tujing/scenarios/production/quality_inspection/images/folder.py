"""A folder of pictures: one subfolder a kind, `good` (clean, ok, 良品 …) and anything else a kind of defect.

    pictures/good/*.png  pictures/scratch/*.png  pictures/masks/scratch/*.png | pictures/labels/*.json  pictures/*.csv

Masks (white is defective) or polygons (`{"shapes": [{"points": [[x, y], …]}]}`, pixels) bear the picture's name and are
optional. A CSV with a column `image` and columns named like group, place, position, angle, lot, batch or part says
which pictures belong together; those are never split between training and checking. A folder may hold the pictures in
`images/`, or `train/` and `test/` as MVTec AD has them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tujing.elements.definition import elements
from tujing.problems import BadInput, refuse
from tujing.scenarios.production.quality_inspection.images.descriptors import Array
from tujing.scenarios.production.quality_inspection.sheets import read_sheet

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}
GOOD = {"good", "clean", "ok", "normal", "pass", "良品", "合格", "正常", "好"}
ASIDE = {"masks", "mask", "ground_truth", "labels", "images", "train", "test", "broken"}
GROUPING = ("group", "place", "position", "angle", "lot", "batch", "part", "piece", "serial", "批", "位置", "件号")
SHAPES_DIFFER = 0.05
"""Relative difference of height ÷ width up to which pictures of another size are scaled to the common one."""
PICTURES_LIMIT = 20_000


@dataclass(frozen=True)
class Picture:
    """One picture file, its kind ("" unknown, "good", or a defect) and where its defect is marked."""

    path: Path
    name: str
    """Path inside the folder, with /."""
    kind: str
    group: str
    mask: Path | None = None
    polygons: Path | None = None

    @property
    def marked(self) -> bool:
        return self.mask is not None or self.polygons is not None


@dataclass(frozen=True)
class Pictures:
    """The pictures to learn from and, when given apart, the ones to judge."""

    train: tuple[Picture, ...]
    test: tuple[Picture, ...] | None = None
    skipped: tuple[str, ...] = ()
    """Files in the kinds' folders that are no pictures by their ending."""


@dataclass(frozen=True)
class Frame:
    """The common size, in pixels, to which every picture is brought."""

    width: int
    height: int


class PictureFolder:
    """The format for `--input pictures/`, or `--input train=… --input test=…`."""

    name = "pictures"

    def matches(self, path: Path) -> bool:
        """Returns whether it is a folder with pictures and without data elements."""
        if not path.is_dir():
            return False
        if any(file.name.split(".")[0] in elements() for file in path.iterdir() if file.is_file()):
            return False
        depth = ("*", "*/*", "*/*/*")
        return any(file.suffix.lower() in SUFFIXES for pattern in depth for file in path.glob(pattern))

    def read(self, paths: Mapping[str, Path]) -> Pictures:
        """Lists the pictures; they are opened when they are used.

        Raises
        ------
        BadInput
            When a name is neither `input`, `train` nor `test`, or a label file cannot be read.
        """
        unknown = set(paths) - {"input", "train", "test"}
        if unknown or ("test" in paths and len(paths) == 1):
            raise refuse(
                "picture_inputs",
                "图像输入应为 --input 文件夹，或 --input train=… 与 --input test=…。",
                "Give pictures as --input folder, or as --input train=… and --input test=….",
                key=", ".join(sorted(paths)),
            )
        root = paths.get("train", next(iter(paths.values())))
        test = paths.get("test")
        if test is None and (root / "train").is_dir() and (root / "test").is_dir():
            root, test = root / "train", root / "test"
        skipped = [name for folder in (root, test) if folder is not None for name in _skipped(folder)]
        return Pictures(tuple(_list(root)), None if test is None else tuple(_list(test)), tuple(skipped))


def _skipped(root: Path) -> list[str]:
    base = root / "images" if (root / "images").is_dir() else root
    kinds = [folder for folder in base.iterdir() if folder.is_dir() and folder.name.lower() not in ASIDE]
    files = [file for folder in kinds for file in folder.rglob("*") if file.is_file() and file.name[0] != "."]
    return sorted(file.relative_to(base).as_posix() for file in files if file.suffix.lower() not in SUFFIXES)


def _list(root: Path) -> list[Picture]:
    base = root / "images" if (root / "images").is_dir() else root
    files = sorted(file for file in base.glob("*") if file.suffix.lower() in SUFFIXES)
    kinds = [(file, "") for file in files]
    for folder in sorted(folder for folder in base.iterdir() if folder.is_dir() and folder.name.lower() not in ASIDE):
        kind = "good" if folder.name.lower() in GOOD else folder.name
        kinds += [(file, kind) for file in sorted(folder.rglob("*")) if file.suffix.lower() in SUFFIXES]
    if not kinds:
        raise refuse(
            "no_pictures",
            "没有找到图片：每一类放一个子文件夹，良品放 good/。",
            "No pictures were found: put each kind into a subfolder, good ones into good/.",
            file=root,
        )
    if len(kinds) > PICTURES_LIMIT:
        raise refuse(
            "too_many_pictures",
            f"图片超过 {PICTURES_LIMIT} 张，请分批。",
            f"There are more than {PICTURES_LIMIT} pictures; take fewer at a time.",
            file=root,
        )
    groups, masks = _groups(root), _masks(root)
    found = []
    for file, kind in kinds:
        polygons = root / "labels" / f"{file.stem}.json"
        mask = masks.get((file.parent.name, file.stem)) or masks.get(("", file.stem))
        found.append(
            Picture(
                path=file,
                name=file.relative_to(base).as_posix(),
                kind=kind,
                group=groups.get(file.name, ""),
                mask=mask,
                polygons=polygons if polygons.is_file() else None,
            )
        )
    return found


def _groups(root: Path) -> dict[str, str]:
    """Reads which pictures belong together, from any CSV beside them that says so."""
    groups: dict[str, str] = {}
    for path in sorted(root.glob("*.csv")):
        sheet = read_sheet(path)
        if "image" not in sheet.columns:
            continue
        named = [name for name in sheet.columns if any(part in name.lower() for part in GROUPING)]
        columns = [sheet.words(name) for name in named if name != "image" and "area" not in name.lower()]
        if columns:
            for row, image in enumerate(sheet.words("image")):
                groups[Path(image).name] = " ".join(column[row] for column in columns)
    return groups


def _masks(root: Path) -> dict[tuple[str, str], Path]:
    masks: dict[tuple[str, str], Path] = {}
    for folder in (root / "masks", root / "mask", root / "ground_truth", root.parent / "ground_truth"):
        if folder.is_dir():
            for file in sorted(folder.rglob("*")):
                if file.suffix.lower() in SUFFIXES:
                    kind = "" if file.parent == folder else file.parent.name
                    masks[kind, file.stem.removesuffix("_mask")] = file
    return masks


def frame_of(pictures: tuple[Picture, ...], longest: int) -> tuple[Frame, int]:
    """Returns the common working size and how many pictures must be scaled to it from another size.

    Raises
    ------
    BadInput
        When a picture cannot be opened, or its shape is too far from the others'; names it.
    """
    sizes = [_size(picture) for picture in pictures]
    common = Counter(sizes).most_common(1)[0][0]
    shape = common[1] / common[0]
    problems = []
    for picture, (width, height) in zip(pictures, sizes, strict=True):
        if abs(height / width / shape - 1) > SHAPES_DIFFER or width < common[0] / 2:
            problems += refuse(
                "mixed_size",
                f"图片是 {width}×{height}，其他多是 {common[0]}×{common[1]}，长宽比差得太多；请裁成一样或分开检测。",
                f"This picture is {width}×{height} while most are {common[0]}×{common[1]}, of another shape; crop "
                "it alike or inspect it apart.",
                file=picture.name,
            ).problems
    if problems:
        raise BadInput(problems[:20])
    least = min(size[0] for size in sizes)
    width = min(least, longest if shape <= 1 else max(1, round(longest / shape)))
    if min(width, width * shape) < 16:
        raise refuse(
            "too_small",
            "图片太小，每边至少要 16 像素。",
            "The pictures are too small; every side needs at least 16 pixels.",
            file=pictures[0].name,
        )
    return Frame(width, round(width * shape)), sum(size != common for size in sizes)


def _size(picture: Picture) -> tuple[int, int]:
    with _open(picture.path, picture.name) as image:
        return int(image.width), int(image.height)


def _open(path: Path, name: str) -> Image:
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(path)
    except Image.DecompressionBombError as error:
        raise refuse(
            "picture_too_large",
            "这张图片的像素太多（超过约 1.8 亿），没有打开；请缩小或切块后再用。",
            "This picture has too many pixels (over about 180 million) and was not opened; scale it down or cut it up.",
            file=name,
            detail=str(error),
        ) from error
    except (UnidentifiedImageError, OSError) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> BadInput:
    return refuse(
        "unreadable_picture",
        "这张图片打不开或已损坏，请重新导出。",
        "This picture cannot be opened or is broken; export it again.",
        file=name,
        detail=str(error),
    )


def load(picture: Picture, frame: Frame) -> Array:
    """Returns a picture in the common size: height × width × 3, 0 to 1.

    Its width is brought to the frame's, and what is then too high is cut, too low repeated, at the bottom.

    Raises
    ------
    BadInput
        When the file is broken.
    """
    from PIL import Image

    with _open(picture.path, picture.name) as image:
        try:
            colour = image.convert("RGB")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise _unreadable(picture.name, error) from error
    height = max(1, round(colour.height * frame.width / colour.width))
    scaled = np.asarray(colour.resize((frame.width, height), Image.Resampling.LANCZOS), dtype=np.float32)
    return _fit(scaled / np.float32(255), frame)


def load_mask(picture: Picture, frame: Frame) -> Array | None:
    """Returns where the picture is marked defective, 0 to 1 in the common size; None when nothing is marked.

    Raises
    ------
    BadInput
        When the mask or label file cannot be read.
    """
    from PIL import Image, ImageDraw

    if picture.kind in ("good", ""):
        return np.zeros((frame.height, frame.width), np.float32) if picture.kind else None
    if picture.mask is not None:
        with _open(picture.mask, picture.mask.name) as image:
            mask = image.convert("L").point(lambda level: 255 if level else 0)
    elif picture.polygons is not None:
        with _open(picture.path, picture.name) as image:
            mask = Image.new("L", image.size)
        draw = ImageDraw.Draw(mask)
        for points in _polygons(picture.polygons):
            draw.polygon(points, fill=255)
    else:
        return None
    height = max(1, round(mask.height * frame.width / mask.width))
    scaled = np.asarray(mask.resize((frame.width, height), Image.Resampling.BOX), dtype=np.float32)
    return _fit(scaled / np.float32(255), frame)


def _polygons(path: Path) -> list[list[tuple[float, float]]]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8-sig"))
        shapes = [[(float(x), float(y)) for x, y in shape["points"]] for shape in content["shapes"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refuse(
            "bad_labels",
            '标注文件读不了：应为 {"shapes": [{"points": [[x, y], …]}]}。',
            'The label file cannot be read: it should be {"shapes": [{"points": [[x, y], …]}]}.',
            file=path.name,
            detail=str(error),
        ) from error
    return [points for points in shapes if len(points) > 2]


def _fit(plane: Array, frame: Frame) -> Array:
    cut = plane[: frame.height]
    lacking = frame.height - len(cut)
    return cut if not lacking else np.pad(cut, [(0, lacking), *[(0, 0)] * (cut.ndim - 1)], mode="edge")
