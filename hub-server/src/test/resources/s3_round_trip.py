"""Drives the hub's S3 address with the stock boto3. Each check is an assert; prints DONE at the end.

Arguments: endpoint, access key (a token's number), secret (the token).
"""

import hashlib
import random
import sys
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, access, secret = sys.argv[1:4]


def client(access=access, secret=secret, **config):
    return boto3.client(
        "s3",
        endpoint_url=endpoint + "/s3",
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}, **config),
    )


def refused(code, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ClientError as failure:
        assert failure.response["Error"]["Code"] == code, failure
        return failure
    raise AssertionError(f"expected {code} from {call}")


s3 = client()
draw = random.Random(7)
bucket = "s3lab"
s3.create_bucket(Bucket=bucket)
s3.head_bucket(Bucket=bucket)
refused("404", s3.head_bucket, Bucket="nobody-has-this")

readme = b"---\nlicense: cc-by-4.0\ntags:\n- tissue:lymph\n---\n# Lymph\n"
put = s3.put_object(Bucket=bucket, Key="lymph/README.md", Body=readme)
assert put["VersionId"] and len(put["VersionId"]) == 40
assert s3.get_object(Bucket=bucket, Key="lymph/README.md")["Body"].read() == readme
assert s3.head_object(Bucket=bucket, Key="lymph/README.md")["ETag"] == put["ETag"]

odd = "lymph/notes/größe & maß+1 (a)~$.txt"
s3.put_object(Bucket=bucket, Key=odd, Body=b"odd")
assert s3.get_object(Bucket=bucket, Key=odd)["Body"].read() == b"odd"
s3.put_object(Bucket=bucket, Key="lymph/empty.txt", Body=b"")
assert s3.head_object(Bucket=bucket, Key="lymph/empty.txt")["ContentLength"] == 0

big = draw.randbytes(21_000_001)
import io

s3.upload_fileobj(
    io.BytesIO(big),
    bucket,
    "lymph/model.pt",
    Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=4),
)
head = s3.head_object(Bucket=bucket, Key="lymph/model.pt")
assert head["ContentLength"] == len(big) and head["ETag"].strip('"') == hashlib.sha256(big).hexdigest(), head
target = io.BytesIO()
s3.download_fileobj(
    bucket,
    "lymph/model.pt",
    target,
    Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=4),
)
assert target.getvalue() == big
part = s3.get_object(Bucket=bucket, Key="lymph/model.pt", Range="bytes=100-199")
assert part["Body"].read() == big[100:200] and part["ContentRange"] == f"bytes 100-199/{len(big)}"
refused("InvalidRange", s3.get_object, Bucket=bucket, Key="lymph/model.pt", Range="bytes=99999999-")
refused("PreconditionFailed", s3.get_object, Bucket=bucket, Key="lymph/model.pt", IfMatch='"other"')
refused("404", s3.head_object, Bucket=bucket, Key="lymph/adata.h5ad")
refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="lymph/adata.h5ad")

for algorithm in ("CRC32", "SHA1", "SHA256"):
    s3.put_object(Bucket=bucket, Key=f"lymph/sum/{algorithm}", Body=b"x" * 1000, ChecksumAlgorithm=algorithm)
refused("BadDigest", s3.put_object, Bucket=bucket, Key="lymph/sum/bad", Body=b"x", ChecksumCRC32="AAAAAA==")
refused("404", s3.head_object, Bucket=bucket, Key="lymph/sum/bad")

s3.put_object(Bucket=bucket, Key="liver/README.md", Body=b"# Liver\n")
everything = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]]
assert everything == sorted(everything, key=str.encode) and odd in everything and "liver/README.md" in everything
top = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
assert [p["Prefix"] for p in top["CommonPrefixes"]] == ["liver/", "lymph/"] and "Contents" not in top
inside = s3.list_objects_v2(Bucket=bucket, Prefix="lymph/", Delimiter="/")
assert [p["Prefix"] for p in inside["CommonPrefixes"]] == ["lymph/notes/", "lymph/sum/"], inside
assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix="lymph/mod")["Contents"]] == ["lymph/model.pt"]
for size in (1, 2, 3):
    for delimiter in ("", "/"):
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix="l", Delimiter=delimiter, PaginationConfig={"PageSize": size}
        )
        paged = [o["Key"] for p in pages for o in p.get("Contents", [])]
        folded = [c["Prefix"] for p in s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix="l", Delimiter=delimiter, PaginationConfig={"PageSize": size}
        ) for c in p.get("CommonPrefixes", [])]
        assert paged == ([] if delimiter else everything), (size, delimiter, paged)
        assert folded == (["liver/", "lymph/"] if delimiter else []), (size, folded)
    pages = s3.get_paginator("list_objects").paginate(Bucket=bucket, PaginationConfig={"PageSize": size})
    assert [o["Key"] for p in pages for o in p.get("Contents", [])] == everything

upload = s3.create_multipart_upload(Bucket=bucket, Key="lymph/parts.bin")["UploadId"]
tags = {}
for number in (7, 2):
    tags[number] = s3.upload_part(
        Bucket=bucket, Key="lymph/parts.bin", UploadId=upload, PartNumber=number, Body=bytes([number]) * 1000
    )["ETag"]
assert [p["PartNumber"] for p in s3.list_parts(Bucket=bucket, Key="lymph/parts.bin", UploadId=upload)["Parts"]] == [2, 7]
assert [u["UploadId"] for u in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]


def complete(*parts):
    return s3.complete_multipart_upload(
        Bucket=bucket,
        Key="lymph/parts.bin",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": n, "ETag": t} for n, t in parts]},
    )


refused("InvalidPart", complete, (2, tags[2]), (3, tags[7]))
refused("InvalidPart", complete, (2, tags[7]))
refused("InvalidPartOrder", complete, (7, tags[7]), (2, tags[2]))
done = complete((2, tags[2]), (7, tags[7]))
assert complete((2, tags[2]), (7, tags[7]))["VersionId"] == done["VersionId"], "a repeated request has the same answer"
assert s3.get_object(Bucket=bucket, Key="lymph/parts.bin")["Body"].read() == b"\x02" * 1000 + b"\x07" * 1000
gone = s3.create_multipart_upload(Bucket=bucket, Key="lymph/gone.bin")["UploadId"]
s3.upload_part(Bucket=bucket, Key="lymph/gone.bin", UploadId=gone, PartNumber=1, Body=b"x")
s3.abort_multipart_upload(Bucket=bucket, Key="lymph/gone.bin", UploadId=gone)
refused("NoSuchUpload", s3.upload_part, Bucket=bucket, Key="lymph/gone.bin", UploadId=gone, PartNumber=1, Body=b"x")

s3.copy_object(Bucket=bucket, Key="liver/model.pt", CopySource={"Bucket": bucket, "Key": "lymph/model.pt"})
assert s3.head_object(Bucket=bucket, Key="liver/model.pt")["ETag"] == head["ETag"]
old = s3.put_object(Bucket=bucket, Key="lymph/v.txt", Body=b"one")["VersionId"]
s3.put_object(Bucket=bucket, Key="lymph/v.txt", Body=b"two")
assert s3.get_object(Bucket=bucket, Key="lymph/v.txt", VersionId=old)["Body"].read() == b"one"
assert s3.get_object(Bucket=bucket, Key=f"lymph@{old}/v.txt")["Body"].read() == b"one"
assert "lymph@" + old + "/v.txt" in [o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix=f"lymph@{old}/")["Contents"]]
refused("PreconditionFailed", s3.put_object, Bucket=bucket, Key="lymph/v.txt", Body=b"three", IfNoneMatch="*")

s3.delete_object(Bucket=bucket, Key="lymph/v.txt")
s3.delete_object(Bucket=bucket, Key="lymph/never.txt")
refused("404", s3.head_object, Bucket=bucket, Key="lymph/v.txt")
s3.delete_objects(
    Bucket=bucket,
    Delete={"Objects": [{"Key": f"lymph/sum/{a}"} for a in ("CRC32", "SHA1", "SHA256")] + [{"Key": odd}, {"Key": "liver/model.pt"}]},
)
assert not [o for o in s3.list_objects_v2(Bucket=bucket, Prefix="lymph/sum/").get("Contents", [])]

address = client(signature_version="s3v4").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "lymph/README.md"}, ExpiresIn=60)
assert urllib.request.urlopen(address).read() == readme
try:
    urllib.request.urlopen(address.replace("README.md", "model.pt"))
    raise AssertionError("a signed address opens another object")
except urllib.error.HTTPError as failure:
    assert failure.code == 403

refused("SignatureDoesNotMatch", client(secret=secret + "x").get_object, Bucket=bucket, Key="lymph/README.md")
refused("InvalidAccessKeyId", client(access="999999").get_object, Bucket=bucket, Key="lymph/README.md")
stranger = boto3.client(
    "s3", endpoint_url=endpoint + "/s3", region_name="us-east-1", config=Config(signature_version=UNSIGNED, retries={"max_attempts": 1})
)
refused("AccessDenied", stranger.get_object, Bucket=bucket, Key="lymph/README.md")
refused("AccessDenied", stranger.put_object, Bucket=bucket, Key="lymph/README.md", Body=b"x")
for bad in ("lymph/../x", "lymph/a//b", "lymph/.git/config", "lymph/" + "x" * 300, "lymph/a\\b", "just-a-name", "--x/y", "x.git/y"):
    try:
        s3.put_object(Bucket=bucket, Key=bad, Body=b"x")
        raise AssertionError(f"{bad} was taken")
    except ClientError as failure:
        assert failure.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404), failure

rooted = boto3.client(
    "s3",
    endpoint_url=endpoint,
    aws_access_key_id=access,
    aws_secret_access_key=secret,
    region_name="eu-north-1",
    config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
)
assert rooted.get_object(Bucket=bucket, Key="lymph/README.md")["Body"].read() == readme
rooted.put_object(Bucket=bucket, Key="lymph/rooted.txt", Body=b"r" * 100_000)
assert rooted.get_object(Bucket=bucket, Key="lymph/rooted.txt")["Body"].read() == b"r" * 100_000
print("DONE")
