// npm install @huggingface/hub
import { createRepo, downloadFile, uploadFile, whoAmI } from "@huggingface/hub";

const hubUrl = "{hub}";
const accessToken = "hf_" + process.env.HF_TOKEN; // this client wants tokens that begin so
const { name } = await whoAmI({ hubUrl, accessToken });
const repo = { type: "model", name: name + "/from-javascript" };
await createRepo({ hubUrl, accessToken, repo }).catch((problem) => {
  if (problem.statusCode !== 409) throw problem; // 409: it is there already
});
const content = new Blob(["---\nlicense: cc-by-4.0\n---\n# From JavaScript\n"]);
await uploadFile({ hubUrl, accessToken, repo, file: { path: "README.md", content } });
const file = await downloadFile({ hubUrl, accessToken, repo, path: "README.md" });
console.log(repo.name, (await file.text()).length, "characters");
