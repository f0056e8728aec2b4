# pip install boto3
# AWS_SECRET_ACCESS_KEY: your token. AWS_ACCESS_KEY_ID: its number, from /api/v1/users/<you>/tokens.
import json
import os
import urllib.request

import boto3

hub = "{hub}"
token = os.environ["AWS_SECRET_ACCESS_KEY"]
asked = urllib.request.Request(hub + "/api/whoami-v2", headers={"Authorization": "Bearer " + token})
name = json.load(urllib.request.urlopen(asked))["name"]

s3 = boto3.client("s3", endpoint_url=hub + "/s3", region_name="us-east-1")
# A bucket is an owner; the first part of a key is the model.
s3.put_object(Bucket=name, Key="from-s3/README.md", Body=b"---\nlicense: cc-by-4.0\n---\n# From S3\n")
found = s3.list_objects_v2(Bucket=name, Prefix="from-s3/")
print(name, [one["Key"] for one in found["Contents"]])
