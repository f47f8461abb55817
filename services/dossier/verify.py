"""核对案卷：python3 verify.py [案卷.zip] [公钥]。只需要 Python 标准库和同一文件夹里的 chain.py。

Verify a dossier, unpacked around this file or as a zip. Says apart what was found out, by whom it
is claimed, and what nobody looked at; never that a signature is valid in law.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

# Unpacked, it stands beside its sibling.
chain: Any = import_module("services.chain" if __package__ else "chain")

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
HOLDS, FAULT, OPEN = "一致", "不一致", "未核验"
DOCUMENTS = "documents/"


@dataclass(frozen=True)
class Finding:
    """One line of the verdict."""

    subject: str
    verdict: str
    detail: str


def verify(files: Mapping[str, bytes], key: str = "") -> list[Finding]:
    """What the bytes say by themselves. `key`: the public key, known from another source."""
    try:
        manifest = json.loads(files[MANIFEST])
        return [
            _files(files, manifest),
            *_records(files, manifest),
            _signature(files, key),
        ]
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return [Finding("案卷", FAULT, f"清单或者记录读不出来（{type(error).__name__}）")]


def is_sound(findings: list[Finding]) -> bool:
    """Whether nothing was found wrong; what was not looked at is another matter."""
    return all(finding.verdict != FAULT for finding in findings)


def _files(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Finding:
    listed = {row["path"]: (row["sha256"], row["size"]) for row in manifest["files"]}
    found = {path for path in files if path not in (MANIFEST, SIGNATURE)}
    problems = [f"缺少 {path}" for path in sorted(listed.keys() - found)]
    problems += [f"多出 {path}" for path in sorted(found - listed.keys())]
    problems += [
        f"{path} 被改动"
        for path in sorted(found & listed.keys())
        if (hashlib.sha256(files[path]).hexdigest(), len(files[path])) != listed[path]
    ]
    if len(listed) != len(manifest["files"]):
        problems.append("清单有重复的文件")
    if problems:
        return Finding("文件", FAULT, "；".join(problems[:5]))
    return Finding("文件", HOLDS, f"{len(listed)} 个文件与清单一致，没有缺少或者多出")


def _records(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Finding]:
    entries = [json.loads(line) for line in files["chain.jsonl"].splitlines()]
    count, head, wrong = chain.verify_case_chain(entries)
    claimed = manifest["chain"]
    if wrong is not None:
        yield Finding("记录链", FAULT, f"本事项第 {wrong} 条记录与前一条不衔接，或者被改动")
    elif (count, head) != (claimed["entries"], claimed["head"]):
        yield Finding("记录链", FAULT, f"只有 {count} 条，清单载明 {claimed['entries']} 条")
    else:
        yield Finding("记录链", HOLDS, f"本事项前 {count} 条记录首尾衔接，没有缺少")
    yield _acts(files, entries)


def _acts(files: Mapping[str, bytes], entries: list[Mapping[str, Any]]) -> Finding:
    acts = {row["act_id"]: row for row in json.loads(files["acts.json"])}
    kept = {hashlib.sha256(content).hexdigest() for content in files.values()}
    problems = []
    for entry in entries:
        body = entry.get("body") or {}
        if "act_id" not in body or "content" not in body:
            continue
        act = acts.pop(body["act_id"], None)
        if act is None:
            problems.append(f"缺少第 {body['act_id']} 号办理记录")
            continue
        content = [act["opinion"], act["content"], act["files"]]
        told = all(act[name] == body[name] for name in ("action", "outcome"))
        moments = datetime.fromisoformat(act["at"]), datetime.fromisoformat(body["at"])
        committed = chain.commitment(act["nonce"], content) == body["content"]
        if not (committed and told and moments[0] == moments[1]):
            problems.append(f"第 {act['act_id']} 号办理记录的正文被改动")
        missing = [sha256 for sha256 in act["files"] if sha256 not in kept]
        problems += [f"缺少第 {act['act_id']} 号办理记录的附件" for _ in missing[:1]]
    problems += [f"第 {number} 号办理记录不在记录链中" for number in sorted(acts)]
    if problems:
        return Finding("办理记录", FAULT, "；".join(problems[:5]))
    return Finding("办理记录", HOLDS, "正文和附件与记录链中的承诺值一致")


def _signature(files: Mapping[str, bytes], key: str) -> Finding:
    fields = dict(line.split(" ", 1) for line in files[SIGNATURE].decode().splitlines())
    public, signature = bytes.fromhex(fields["key"]), bytes.fromhex(fields["signature"])
    as_written = files[SIGNATURE] == signature_text(public.hex(), signature.hex())
    if not as_written or not chain.ed25519_verify(public, files[MANIFEST], signature):
        return Finding("清单签名", FAULT, "签名不成立，清单在签名以后被改动，或者不是同一密钥所签")
    if not key:
        said = f"签名与公钥 {fields['key']} 相符；这是谁的公钥，请与另行取得的一份比对"
        return Finding("清单签名", OPEN, said)
    if key.strip().lower() != fields["key"]:
        return Finding("清单签名", FAULT, "不是所给的公钥签的")
    return Finding("清单签名", HOLDS, "由所给公钥的持有者签名，签名以后没有改动")


def signature_text(key: str, signature: str) -> bytes:
    """The file beside the manifest."""
    return f"key {key}\nsignature {signature}\n".encode()


def verify_documents(files: Mapping[str, bytes]) -> Finding:
    """Ask `pdfsig` about electronic signatures in the documents, where it is installed."""
    documents = sorted(path for path in files if path.startswith(DOCUMENTS))
    tool = shutil.which("pdfsig")
    if tool is None or not documents:
        return Finding("文书电子签名", OPEN, "本机没有 pdfsig，或者案卷里没有文书")
    said = []
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(documents):
            file = Path(folder) / f"{number}.pdf"
            file.write_bytes(files[path])
            done = subprocess.run(  # noqa: S603  a tool of the system, on a file of ours
                [tool, str(file)], capture_output=True, text=True, check=False
            )
            judged = done.stdout.count("Signature Validation: ")
            signed = done.stdout.count("Signature Validation: Signature is Valid")
            if signed < judged:
                return Finding("文书电子签名", FAULT, f"{Path(path).name} 有签名不完好")
            said.append(f"{Path(path).name} {signed} 个")
    return Finding("文书电子签名", OPEN, "pdfsig 认为完好的签名：" + "；".join(said))


def read_zip(path: Path) -> dict[str, bytes]:
    """Every file of a dossier, each once; ValueError where one path stands twice."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if len(set(names)) != len(names):
            raise ValueError("a path stands twice")
        return {name: archive.read(name) for name in names}


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _main(arguments: list[str]) -> int:
    archives = [name for name in arguments if name.endswith(".zip")]
    keys = [name for name in arguments if not name.endswith(".zip")]
    try:
        files = read_zip(Path(archives[0])) if archives else read_folder(Path(__file__).parent)
        findings = [*verify(files, keys[0] if keys else ""), verify_documents(files)]
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        findings = [Finding("案卷", FAULT, f"打不开（{type(error).__name__}）")]
    for finding in findings:
        sys.stdout.write(f"{finding.verdict}\t{finding.subject}\t{finding.detail}\n")
    sys.stdout.write(
        "说明\t以上只说明导出以后有没有被改动。办理内容是否属实、导出以后又办了什么、"
        "签名在法律上是否有效，不由本程序判断。\n"
    )
    return 0 if is_sound(findings) else 1


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
