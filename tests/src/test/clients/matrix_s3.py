"""Drives a hub with the stock S3 client for Python.

    python matrix_s3.py push|pull|more ENDPOINT TOKEN REPOSITORY FOLDER

The access key is the token's number, in SYNCYTE_TOKEN_NUMBER. Each step prints `ok FLOW` or
`no FLOW: why`; the caller compares the folders.
"""

import os
import sys
import urllib.request
from pathlib import Path

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

command, endpoint, token, repo, folder = sys.argv[1:6]
bucket, name = repo.split("/")
folder = Path(folder)


def client(secret):
    return boto3.client(
        "s3",
        endpoint_url=endpoint + "/s3",
        aws_access_key_id=os.environ["SYNCYTE_TOKEN_NUMBER"],
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", retries={"max_attempts": 1}),
    )


s3 = client(token)
parts = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)


def flow(label, steps):
    try:
        steps()
        print("ok", label)
    except Exception as failure:  # what went wrong is the result
        print(f"no {label}: {type(failure).__name__} {failure}".replace("\n", " "))


def refused(code, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ClientError as failure:
        assert failure.response["Error"]["Code"] == code, failure
        return
    raise AssertionError(f"expected {code}")


def keys(prefix=f"{name}/"):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": 3})
    return [o["Key"] for p in pages for o in p.get("Contents", [])]


def identity():
    s3.list_buckets()
    refused("SignatureDoesNotMatch", client(token + "x").list_buckets)


def create():
    s3.create_bucket(Bucket=bucket)
    s3.head_bucket(Bucket=bucket)


def push():
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            s3.upload_file(str(path), bucket, f"{name}/{path.relative_to(folder).as_posix()}", Config=parts)


def pull():
    for key in keys():
        target = folder / key.removeprefix(f"{name}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file(bucket, key, str(target), Config=parts)


def tree():
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"{name}/", Delimiter="/")
    assert [p["Prefix"] for p in listed["CommonPrefixes"]] == [f"{name}/notes/"]
    assert f"{name}/README.md" in [o["Key"] for o in listed["Contents"]]


def info():
    head = s3.head_object(Bucket=bucket, Key=f"{name}/model.pt")
    assert head["ContentLength"] == (folder / "model.pt").stat().st_size and len(head["VersionId"]) == 40
    refused("404", s3.head_object, Bucket=bucket, Key=f"{name}/nothing")


def byte_range():
    part = s3.get_object(Bucket=bucket, Key=f"{name}/model.pt", Range="bytes=1000-1999")["Body"].read()
    assert part == (folder / "model.pt").read_bytes()[1000:2000]
    address = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": f"{name}/README.md"})
    assert urllib.request.urlopen(address).read() == (folder / "README.md").read_bytes()


def history():
    old = s3.put_object(Bucket=bucket, Key=f"{name}/v.txt", Body=b"one")["VersionId"]
    s3.put_object(Bucket=bucket, Key=f"{name}/v.txt", Body=b"two")
    assert s3.get_object(Bucket=bucket, Key=f"{name}/v.txt", VersionId=old)["Body"].read() == b"one"


def refusals():
    refused("NoSuchKey", s3.get_object, Bucket=bucket, Key=f"{name}/nothing")
    refused("PreconditionFailed", s3.get_object, Bucket=bucket, Key=f"{name}/model.pt", IfMatch='"x"')
    refused("BadDigest", s3.put_object, Bucket=bucket, Key=f"{name}/x", Body=b"x", ChecksumCRC32="AAAAAA==")
    refused("InvalidArgument", s3.put_object, Bucket=bucket, Key=f"{name}/a/../b", Body=b"x")


def delete():
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys()]})
    assert keys() == []


steps = {
    "push": {"identity": identity, "create": create, "push": push},
    "pull": {"pull": pull},
    "more": {
        "info": info,
        "tree": tree,
        "range": byte_range,
        "history": history,
        "refusals": refusals,
        "delete": delete,
    },
}
for label, step in steps[command].items():
    flow(label, step)
