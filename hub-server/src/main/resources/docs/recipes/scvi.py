# pip install scvi-tools "huggingface_hub<1"
import os

os.environ["HF_ENDPOINT"] = "{hub}"  # before the import

from scvi.hub import HubModel

hub_model = HubModel.pull_from_huggingface_hub("demo/pbmc-scvi")
model = hub_model.model  # loads the weights and, if they are there, the cells
print(model)
