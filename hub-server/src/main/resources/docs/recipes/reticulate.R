# install.packages("reticulate"); reticulate::py_install("huggingface_hub")
Sys.setenv(HF_ENDPOINT = "{hub}") # before the import

hub <- reticulate::import("huggingface_hub")
api <- hub$HfApi()
repo <- paste0(api$whoami()$name, "/from-r")
api$create_repo(repo, exist_ok = TRUE)
writeLines(c("---", "license: cc-by-4.0", "---", "# From R"), "README.md")
api$upload_file(path_or_fileobj = "README.md", path_in_repo = "README.md", repo_id = repo)
cat(repo, list.files(hub$snapshot_download(repo)), "\n")
