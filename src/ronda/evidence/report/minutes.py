"""The berita acara: who hands over which minutes of which camera, in what state, and how anybody can check them.

UU ITE Art. 5 and 6: evidence is accessible, displayable, whole and accountable; the paper says how it is each of these.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.evidence.report import words
from ronda.evidence.report.document import Papers, Sealed
from ronda.evidence.report.paper import Paper
from ronda.evidence.seal.manifest import Manifest

_CHECK = (
    "Periksa keaslian berkas dengan halaman pemeriksa (tanpa jaringan), dengan perintah ronda verify, atau hanya "
    "dengan openssl: hitung SHA-256 berkas dan bandingkan dengan yang tercetak di sini; bandingkan sidik jari "
    "otoritas dengan yang diumumkan kota. Satu bit saja yang berubah akan ketahuan."
)
_GAPS = "Pada bagian berikut tidak ada rekaman, walaupun diminta. Penyebabnya tercatat saat kejadian."
_WHOLE = "Seluruh waktu yang diminta terekam tanpa jeda."


def minutes(papers: Papers) -> bytes:
    """Return the berita acara, with contact sheet and chain of custody, as PDF; takes tenths of a second."""
    title = f"Berita Acara Penyerahan Rekaman CCTV{f' {papers.number}' if papers.number else ''}"
    made = datetime.fromtimestamp(papers.made_90k / HZ_90K, UTC)
    foot = f"Perkara {papers.number}" if papers.number else papers.exports[0].manifest.file.name
    paper = Paper(title, papers.city, foot, made)
    if papers.code:
        paper.code(papers.code)
    paper.headline("BERITA ACARA\nPENYERAHAN REKAMAN CCTV", f"Nomor: {papers.number or '....................'}")
    _who(paper, papers)
    for sealed in papers.exports:
        _export(paper, papers, sealed)
    _seal(paper, papers)
    _signed(paper, papers)
    _contact_sheet(paper, papers)
    _custody(paper, papers)
    return paper.bytes()


def _who(paper: Paper, papers: Papers) -> None:
    said = papers.exports[0].manifest.case
    case = papers.case
    operator = papers.exports[0].manifest.operator
    paper.words(
        f"Pada hari ini {words.on_this_day(papers.made_90k, papers.zone)}, rekaman di bawah ini diserahkan sebagai "
        "salinan asli bersegel elektronik, utuh sebagaimana direkam, tanpa penyuntingan dan tanpa pengodean ulang."
    )
    paper.part("Perkara")
    facts = [("Nomor perkara", papers.number)]
    if case is not None:
        facts += [("Kejadian", case.title), ("Keperluan", case.why), ("Diminta oleh", _asked_by(papers))]
    basis = case.basis if case is not None else said.basis if said is not None else ""
    letter = case.letter if case is not None else said.letter if said is not None else ""
    facts += [("Dasar hukum", basis), ("Nomor surat permintaan", letter)]
    if case is not None and case.decided_by and case.decided_90k:
        by = "kebijakan kota" if case.policy is not None else papers.names.get(case.decided_by, case.decided_by)
        facts.append(("Disetujui", f"{by}, {words.moment(case.decided_90k, papers.zone)}"))
    paper.facts(facts)
    paper.part("Yang menyerahkan")
    paper.facts([("Nama", papers.names.get(operator, operator)), ("Jabatan", ""), ("Instansi", papers.city)])
    paper.part("Yang menerima")
    paper.facts([("Nama", ""), ("Pangkat/NRP/NIP/NIK", ""), ("Instansi", case.organisation if case else "")])


def _asked_by(papers: Papers) -> str:
    case = papers.case
    return "" if case is None else f"{case.name}, {words.moment(case.asked_90k, papers.zone)}"


def _export(paper: Paper, papers: Papers, sealed: Sealed) -> None:
    manifest, zone = sealed.manifest, papers.zone
    camera = manifest.camera
    paper.part(f"Rekaman: {camera.name or camera.id}")
    paper.facts(
        [
            ("Kamera", f"{camera.name} ({camera.id})"),
            ("Tempat", camera.place or camera.area or "tidak dicatat"),
            ("Perekam", " ".join(filter(None, (camera.recorder, camera.make, camera.model))) or "tidak dicatat"),
            ("Diminta", _span(manifest.asked.start, manifest.asked.end, papers)),
            *(("Diserahkan", _span(one.start, one.end, papers)) for one in manifest.delivered[:12]),
            ("Jam kamera", words.offset(manifest.clock.offset_s)),
            ("Gambar", _pictures(manifest)),
            ("Disegel", f"{words.moment_of(manifest.made_at, zone)} dengan {manifest.software}"),
        ]
    )
    if len(manifest.delivered) > 12:
        paper.words(f"dan {len(manifest.delivered) - 12} bagian lain, lihat manifes.", small=True)
    paper.ln(1)
    if manifest.gaps:
        paper.words(_GAPS)
        shown = [(_span(gap.start, gap.end, papers), _cause(gap.cause)) for gap in manifest.gaps[:40]]
        paper.rows(("Jeda", "Penyebab"), shown, (3, 2))
        if len(manifest.gaps) > 40:
            paper.words(f"dan {len(manifest.gaps) - 40} jeda lain, lihat manifes.", small=True)
    else:
        paper.words(_WHOLE)
    for notice in _notices(manifest):
        paper.words(notice)
    paper.part("Berkas yang diserahkan")
    for file in sealed.files:
        paper.words(f"{file.name}, {words.size(file.size)}, SHA-256:", small=True)
        paper.hash(file.sha256)


def _pictures(manifest: Manifest) -> str:
    if not manifest.changes:
        return "sebagaimana dikirim kamera"
    first = manifest.changes[0]
    kind = f"{first.codec.upper()} {first.width} x {first.height}"
    return f"{kind}, sebagaimana dikirim kamera" + (
        f"; pengodean berubah {len(manifest.changes) - 1} kali" if len(manifest.changes) > 1 else ""
    )


def _notices(manifest: Manifest) -> Iterator[str]:
    altered = [one.file for one in manifest.segments if one.kept_sha256 not in (None, one.sha256)]
    if altered:
        yield (
            f"PERHATIAN: {len(altered)} berkas arsip tidak lagi sama dengan saat direkam (hash berbeda): "
            f"{', '.join(altered[:5])}."
        )
    if manifest.signed_video:
        yield "Kamera menandatangani videonya sendiri (ONVIF Media Signing); tanda tangan itu dibawa utuh."
    if manifest.time_stamp.state == "made":
        yield f"Cap waktu RFC 3161 dari {manifest.time_stamp.server} menyertai berkas (.tsr)."


def _seal(paper: Paper, papers: Papers) -> None:
    seal = papers.exports[0].manifest.seal
    paper.part("Segel elektronik")
    paper.words(_CHECK)
    paper.facts([("Cara", seal.algorithm)])
    paper.words("Sidik jari SHA-256 sertifikat penyegel:", small=True)
    paper.hash(seal.certificate_sha256)
    paper.words("Sidik jari SHA-256 otoritas kota, yang diumumkan kota:", small=True)
    paper.hash(seal.authority_sha256)
    if log := papers.exports[0].manifest.access_log:
        paper.words(f"Log akses pada saat itu: {log.size} catatan, akar pohon:", small=True)
        paper.hash(log.root)


def _signed(paper: Paper, papers: Papers) -> None:
    operator = papers.exports[0].manifest.operator
    paper.words("Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.")
    giver = papers.names.get(operator, operator)
    paper.signatures([("Yang menyerahkan", giver), ("Yang menerima", ""), ("Saksi", "")])


def _contact_sheet(paper: Paper, papers: Papers) -> None:
    if not any(sealed.stills for sealed in papers.exports):
        return
    paper.add_page()
    paper.headline("LEMBAR GAMBAR", "Untuk mengenali rekaman; bukti adalah berkas bersegelnya.")
    for sealed in papers.exports:
        if sealed.stills:
            paper.part(sealed.manifest.camera.name or sealed.manifest.camera.id)
            paper.pictures((one.jpeg, words.moment(one.at_90k, papers.zone)) for one in sealed.stills)


def _custody(paper: Paper, papers: Papers) -> None:
    if not papers.custody:
        return
    paper.add_page()
    paper.headline("RANTAI PENGUASAAN BUKTI", "Setiap langkah sampai berita acara ini dibuat")
    paper.rows(
        ("Waktu", "Oleh", "Langkah", "Kepada / tentang", "Catatan, SHA-256"),
        (
            (
                words.moment(entry.at_90k, papers.zone),
                _by(entry.by, papers),
                words.CUSTODY.get(entry.what.value, entry.what.value),
                entry.subject,
                " ".join(filter(None, (entry.note, entry.sha256))),
            )
            for entry in papers.custody
        ),
        (20, 16, 20, 20, 34),
    )


def _by(label: str, papers: Papers) -> str:
    return "sistem" if label == "system" else papers.names.get(label, label)


def _cause(cause: str) -> str:
    return words.CAUSES.get(cause, cause)


def _span(start: str, end: str, papers: Papers) -> str:
    from_90k, to_90k = parse_rfc3339(start), parse_rfc3339(end)
    last = (
        words.clock(to_90k, papers.zone)
        if to_90k - from_90k < 12 * 3600 * HZ_90K
        else words.moment(to_90k, papers.zone)
    )
    lasts = words.length((to_90k - from_90k) / HZ_90K)
    return f"{words.moment(from_90k, papers.zone)} sampai {last} ({lasts})"
