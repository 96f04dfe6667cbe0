"""Eyes that are detectors in ONNX files, each described by its card; run by ONNX Runtime."""
