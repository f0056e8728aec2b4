# AWS_SECRET_ACCESS_KEY: your token. AWS_ACCESS_KEY_ID: its number, from /api/v1/users/<you>/tokens.
export AWS_DEFAULT_REGION=us-east-1
aws --endpoint-url {hub}/s3 s3 cp model.pt s3://lab/my-model/model.pt
aws --endpoint-url {hub}/s3 s3 ls s3://lab/my-model/
