"""`python -m train renders|fit|export`: what makes the weights of the built-in eye, step by step (README.md)."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from train import recipe
from train.card import deliver
from train.data import CLASSES, read, read_tar, write
from train.fit import fit, verdicts
from train.measure import balanced, confusion, table
from train.renders import Basket, at_night, by_day, pasted

WEIGHTS = Path(__file__).resolve().parent.parent / "src" / "ronda" / "vision" / "detectors" / "builtin" / "crops.onnx"


def renders(given: argparse.Namespace) -> None:
    """Draw our own crops: of the simulator's scenes, and of its models before real pictures of nothing."""
    real = recipe.learnt(read_tar(given.data / "crops_train.tar"))
    backgrounds = real.where(real.labels == CLASSES.index("other")).pictures
    for name, seeds in (("learnt", recipe.SEEDS), ("unseen", recipe.UNSEEN_SEEDS)):
        basket = Basket()
        by_day(seeds, 6, basket)
        at_night(seeds, 5, basket)
        if name == "learnt":
            pasted(recipe.PASTED, backgrounds, given.seed, basket)
        crops = basket.crops()
        write(given.folder / f"renders-{name}.npz", crops)
        print(f"renders-{name}: {len(crops)} crops")


def learn(given: argparse.Namespace) -> None:
    """Train the network."""
    real = recipe.learnt(read_tar(given.data / "crops_train.tar"))
    drawn, unseen = (read(given.folder / f"renders-{name}.npz") for name in ("learnt", "unseen"))
    watched = {"real": read_tar(given.data / "crops_val.tar"), "drawn": unseen}
    network, plans = None, recipe.plans(given.seed, given.threads)
    for plan in plans:
        network = fit([real, drawn], plan, watched, network)
    torch.save((network, [repr(plan) for plan in plans]), given.folder / "network.pt")
    for name, crops in watched.items():
        matrix = confusion(crops.labels, verdicts(network, crops).argmax(-1))
        print(f"{name}: balanced accuracy {balanced(matrix):.4f}\n{table(matrix)}")


def export(given: argparse.Namespace) -> None:
    """Write the weights as ONNX, measure them through the product's own classifier, write their card."""
    network, plans = torch.load(given.folder / "network.pt", weights_only=False)
    unseen = read(given.folder / "renders-unseen.npz")
    print(deliver(network, plans, given.data, unseen, given.weights, given.seed))


def main() -> None:
    """Do the step that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m train", description=__doc__)
    steps = parser.add_subparsers(required=True)
    for step, work in (("renders", renders), ("fit", learn), ("export", export)):
        one = steps.add_parser(step, help=work.__doc__, description=work.__doc__)
        one.set_defaults(work=work)
        one.add_argument("--data", type=Path, required=True, help="with crops_train.tar, crops_val.tar, *.json")
        one.add_argument("--folder", type=Path, required=True, help="for what the steps leave each other")
        one.add_argument("--seed", type=int, default=recipe.SEED, help="of everything drawn by chance")
        one.add_argument("--threads", type=int, default=1, help="of the processor")
        one.add_argument("--weights", type=Path, default=WEIGHTS, help="to write; the card goes beside it")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    given.work(given)


if __name__ == "__main__":
    main()
