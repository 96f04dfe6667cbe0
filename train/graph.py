"""The network as an ONNX graph, written node by node: batch norms folded into the convolutions, softmax included."""

from __future__ import annotations

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from train.data import CLASSES
from train.network import MEAN, SCALE, Block, Network

OPSET = 13
"""Old enough for OpenCV's reader, and for every ONNX Runtime."""


class _Graph:
    """Nodes and weights in the order in which they are added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, value: NDArray[np.float32], name: str) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name))
        return name

    def node(self, kind: str, given: list[str], **attributes: object) -> str:
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, given, [name], name, **attributes))
        return name

    def convolution(self, given: str, layer: nn.Conv2d, norm: nn.BatchNorm2d) -> str:
        weight, bias = _folded(layer, norm)
        at = len(self.nodes)
        both = [self.constant(weight, f"w{at}"), self.constant(bias, f"b{at}")]
        pads, strides = [*layer.padding, *layer.padding], list(layer.stride)
        kernel = list(layer.kernel_size)
        return self.node("Conv", [given, *both], kernel_shape=kernel, pads=pads, strides=strides)

    def layers(self, given: str, layers: nn.Sequential) -> str:
        """Add layers one after another; a convolution is always followed by its norm."""
        waiting: nn.Conv2d | None = None
        for layer in layers:
            if isinstance(layer, nn.Conv2d):
                waiting = layer
            elif isinstance(layer, nn.BatchNorm2d) and waiting is not None:
                given = self.convolution(given, waiting, layer)
            elif isinstance(layer, nn.ReLU):
                given = self.node("Relu", [given])
            elif isinstance(layer, Block):
                found = self.layers(given, layer.body)
                given = self.node("Relu", [self.node("Add", [given, found])])
            else:
                raise TypeError(f"{type(layer).__name__} has no ONNX form here")
        return given


def _folded(layer: nn.Conv2d, norm: nn.BatchNorm2d) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights and biases of the convolution and the norm after it, as one convolution."""
    with torch.no_grad():
        factor = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
        weight = layer.weight.double() * factor[:, None, None, None]
        bias = norm.bias.double() - norm.running_mean.double() * factor
        return weight.float().numpy(), bias.float().numpy()


def exported(network: Network) -> bytes:
    """Return the file: `crops` (n, 3, side, side), RGB, 0..255 as float32, to `probabilities` (n, classes)."""
    network.eval()
    graph = _Graph()
    given = graph.node("Sub", ["crops", graph.constant(np.full((1, 3, 1, 1), MEAN, np.float32), "mean")])
    given = graph.node("Mul", [given, graph.constant(np.full((1, 3, 1, 1), SCALE, np.float32), "scale")])
    given = graph.layers(given, network.features)
    given = graph.node("Flatten", [graph.node("GlobalAveragePool", [given])], axis=1)
    with torch.no_grad():
        weight = graph.constant(network.verdict.weight.numpy(), "verdict_w")
        bias = graph.constant(network.verdict.bias.numpy(), "verdict_b")
    given = graph.node("Gemm", [given, weight, bias], transB=1)
    graph.nodes.append(helper.make_node("Softmax", [given], ["probabilities"], "softmax", axis=1))
    side = network.shape.side
    inputs = [helper.make_tensor_value_info("crops", TensorProto.FLOAT, ["n", 3, side, side])]
    outputs = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", len(CLASSES)])]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "crops", inputs, outputs, graph.weights),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="ronda",
    )
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)
