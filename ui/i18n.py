"""The words of the faces, Thai first, English by a switch."""

WORDS: dict[str, tuple[str, str]] = {
    "no_answer": ("ไม่พบคำตอบในเอกสาร", "The documents do not say."),
    "nearest": ("ใกล้เคียงที่สุด", "Nearest passages"),
    "page": ("หน้า {}", "page {}"),
    "paragraph": ("ย่อหน้าที่ {}", "paragraph {}"),
    "tagline": (
        "ถามเอกสารของคุณเอง ตอบพร้อมที่มาคำต่อคำ ไม่ส่งอะไรออกจากเครื่องนี้",
        "Ask your own documents. Every sentence cited word for word; nothing leaves this computer.",
    ),
    "language": ("ภาษา", "Language"),
    "tab_ask": ("ถามตอบ", "Ask"),
    "tab_documents": ("เอกสาร", "Documents"),
    "ask_label": ("คำถาม", "Question"),
    "ask_here": ("พิมพ์คำถามของคุณ", "Type your question"),
    "send": ("ถาม", "Ask"),
    "clear": ("เริ่มใหม่", "Start over"),
    "welcome": ("อยากรู้อะไรจากเอกสารของคุณ", "What would you like to know?"),
    "welcome_try": ("พิมพ์คำถามด้านล่าง หรือลองข้อเหล่านี้", "Type a question below, or try one of these"),
    "welcome_type": ("พิมพ์คำถามด้านล่าง", "Type a question below"),
    "welcome_opening": ("กำลังเปิดคลังเอกสาร…", "Opening your library…"),
    "welcome_empty": (
        "ยังไม่มีเอกสารในคลัง เปิดแท็บ “เอกสาร” แล้วเพิ่มไฟล์แรกของคุณ",
        "There are no documents yet. Open the “Documents” tab and add your first file.",
    ),
    "reading": ("กำลังอ่านเอกสาร…", "Reading your documents…"),
    "broken": (
        "เกิดข้อผิดพลาดภายในโปรแกรม รายละเอียดอยู่ในหน้าต่างคำสั่งที่เปิดโปรแกรมนี้",
        "Something went wrong inside the program; the terminal that started it has the details.",
    ),
    "source": ("แหล่งอ้างอิง", "Source"),
    "source_empty": (
        "กดหมายเลข [1] ในคำตอบ เพื่ออ่านย่อหน้าต้นฉบับ",
        "Press a number such as [1] in an answer to read the paragraph it came from.",
    ),
    "source_gone": (
        "เอกสารนี้ถูกถอนหรือแทนที่ไปแล้ว ลองถามใหม่อีกครั้ง",
        "This document has since been removed or replaced; ask again.",
    ),
    "open_source": ("เปิดแหล่งอ้างอิงที่ {}: {}", "Open source {}: {}"),
    "sources": ("ที่มา", "Sources"),
    "from_file": ("จาก {}", "From {}"),
    "copy": ("คัดลอกพร้อมที่มา", "Copy with source"),
    "copied": ("คัดลอกแล้ว", "Copied"),
    "not_copied": ("คัดลอกไม่ได้ โปรดเลือกข้อความแล้วคัดลอกเอง", "Could not copy; select the text and copy it yourself."),
    "back": ("กลับไปที่คำตอบ", "Back to the answer"),
    "example_what": ("{}คืออะไร", "What is {}?"),
    "example_how": ("{}เป็นอย่างไร", "What does it say about {}?"),
    "add_files": ("เพิ่มเอกสาร", "Add documents"),
    "add_hint": (
        "เลือกได้หลายไฟล์ หรือลากไฟล์มาวางที่นี่ ไฟล์จะอยู่ในเครื่องนี้เท่านั้น",
        "Choose one or several files, or drop them here. They stay on this computer.",
    ),
    "held": ("เอกสารในคลัง {} ฉบับ", "{} documents in the library"),
    "held_more": ("และอีก {} ฉบับ พิมพ์เพื่อกรอง", "and {} more; type to filter"),
    "held_none": ("ไม่มีเอกสารที่ตรงกับคำกรอง", "No document matches the filter."),
    "filter": ("กรองตามชื่อ", "Filter by name"),
    "passages": ("{} ตอน", "{} passages"),
    "remove": ("ถอน", "Remove"),
    "remove_named": ("ถอน {}", "Remove {}"),
    "remove_sure": ("ถอนออกจากคลัง", "Remove from library"),
    "remove_not": ("ไม่ถอน", "Keep"),
    "removed": ("ถอน {} แล้ว", "Removed {}."),
    "stage_copy": ("กำลังรับไฟล์", "Receiving files"),
    "stage_read": ("กำลังอ่าน {}", "Reading {}"),
    "stage_index": ("กำลังทำดัชนีคำ {} ตอน", "Indexing the words of {} passages"),
    "stage_embed": ("กำลังทำดัชนีความหมาย {} ตอน", "Indexing the meaning of {} passages"),
    "added": ("เพิ่ม {}", "{} added"),
    "replaced": ("แทนที่ {}", "{} replaced"),
    "unchanged": ("มีอยู่แล้ว {}", "{} already there"),
    "failed": ("ไม่สำเร็จ {}", "{} failed"),
    "nothing_added": ("ไม่มีอะไรเปลี่ยน", "Nothing changed"),
    "serving": ("เปิดหน้าถามตอบแล้วที่ {}", "The page is up at {}"),
    "to_stop": ("กด Ctrl+C เพื่อหยุด", "Press Ctrl+C to stop"),
    "stopped": ("หยุดแล้ว", "Stopped"),
}


def say(name: str, language: str = "th") -> str:
    """Return the words of that name in Thai ("th") or English ("en")."""
    thai, english = WORDS[name]
    return english if language == "en" else thai
