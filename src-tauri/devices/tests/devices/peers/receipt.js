// A receipt as receiptline writes it, in the printer language of the first argument, to standard output.
const receiptline = require('receiptline');

const doc = `^^^Pink Blueberry
Ägidiusstraße 3
-
_Haarschnitt_ für Jürgen | 42,00 €
Brushing | 9,50 €
-
{width:10,10,10; border:line}
"VAT | Net | Tax
19 % | 43,28 | 8,22
{width:*,12; border:space}
^^TOTAL | ^^51,50 €
\`PAID\`
{code:R-000123; option:code128,2,72,hri}
{code:5901234123457; option:ean,3,72,hri}
{code:https://salon.example/r/1; option:qrcode,6,M}
{image:iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAA5klEQVR4nO2XUQ/DIAiEJ9n//8vuZXXVAwW8ZGaZTw1wX05trZT62BuyqT8A8JzkSnuaLFQxcgUiVqEaR7mJ0AC63EAgwJarCNiFuR7Tg4OFXDHRO/DohyKxUz6CWAkvQfSwn0D8mAIG7sWCoRiBNoWggY+A5SBsoElIDhIGLtH3T2UOILUEb9khU/gDfgKQvGhVnoMDAKlFqEwHGQu1A2w7iFu4BLxtDFpo5YKhkJ76JgYs3EpFD7v1/RSchK5M7JRLj7f11W9urIddWJjA7oDfcNgId8ujI0JN1whJtH3uccqpvDFe9WAta45mvI0AAAAASUVORK5CYII=}
`;

const printer = { command: process.argv[2], encoding: 'multilingual', cpl: 48, cutting: true, spacing: true };
process.stdout.write(Buffer.from(receiptline.transform(doc, printer), 'binary'));
