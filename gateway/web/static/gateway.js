// What the pages do where the browser runs scripts; without it they do the same, with less to see meanwhile.
// Whatever came from a file or from the server is written as text, never as HTML.
import { initAll } from './govuk-frontend.min.js'

const MEGABYTE = 1 << 20
const STEP = 10 // per cent between two things said: a reader is not to be talked over

initAll()
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
for (const form of document.querySelectorAll('form[data-progress]')) follow(form)
for (const form of document.querySelectorAll('form[data-passkey]')) offer(form)

function offer (form) { // a passkey is the browser's to make and to use; the form brings its answer home
  const words = form.querySelector('[role=status]')
  const button = form.querySelector('button')
  const create = form.dataset.passkey === 'create'
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    words.textContent = 'This browser knows no passkeys. Use a newer one, or a link.'
    return
  }
  button.hidden = false
  button.addEventListener('click', async () => {
    const asked = JSON.parse(form.dataset.options)
    button.disabled = true
    words.textContent = 'Your device asks you now.'
    try {
      const answer = create
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) })
      form.querySelector('input[name=answer]').value = JSON.stringify(answer.toJSON())
      form.submit()
    } catch {
      button.disabled = false
      words.textContent = create
        ? 'No passkey was made: it was cancelled, or this device has one already.'
        : 'Nothing was used: it was cancelled, or this device has no passkey for here.'
    }
  })
}

function follow (form) {
  const input = form.querySelector('input[type=file]')
  const area = form.querySelector('[data-progress-area]')
  const bar = area.querySelector('progress')
  const words = area.querySelector('[data-progress-words]')
  const button = form.querySelector('button[type=submit]')
  const most = Number(form.dataset.progress)
  let said = 0

  const say = text => { words.textContent = text }
  const rest = text => { // over, and not well
    bar.hidden = true
    button.disabled = false
    say(text)
  }

  form.addEventListener('submit', event => {
    if (!input.files.length) return // the server says what is missing
    event.preventDefault()
    const size = [...input.files].reduce((sum, file) => sum + file.size, 0)
    area.hidden = false
    if (size > most * MEGABYTE) return rest(`These files are larger than ${most} MB together. Nothing was sent.`)
    bar.hidden = false
    bar.value = said = 0
    button.disabled = true
    say('Uploading the files.')
    const sending = new XMLHttpRequest()
    sending.upload.addEventListener('progress', ({ loaded, total }) => {
      bar.value = Math.round(loaded / total * 100)
      if (bar.value < said + STEP) return
      said = bar.value
      say(said < 100 ? `${said}% uploaded.` : 'All uploaded. The files are being checked.')
    })
    sending.addEventListener('load', () => {
      const shown = new URL(sending.responseURL)
      if (shown.pathname !== new URL(form.action).pathname) return window.location.assign(shown)
      const told = new DOMParser().parseFromString(sending.responseText, 'text/html')
      rest(['h1', '[data-fix]'].map(part => told.querySelector(part)?.textContent ?? '').join(' ').trim() ||
        'The gateway did not take the files, so nothing was sent. Send fewer at a time, or try again in a minute.')
    })
    sending.addEventListener('error', () => rest('The connection was cut. Upload the files again: ' +
      'nothing has been sent.'))
    sending.open('POST', form.action)
    sending.send(new FormData(form))
  })
  window.addEventListener('pageshow', () => { area.hidden = true; button.disabled = false })
}
